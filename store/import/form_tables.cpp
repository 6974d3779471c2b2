#include "store/import/form_tables.h"

#include <algorithm>
#include <unordered_map>

#include "crypto/error.h"
#include "store/import/csv_rows.h"

namespace depone {

namespace {

constexpr int kMaxDepth = 8;  // of repeats within repeats

bool contains(const std::vector<std::string>& header, std::string_view column) {
  return std::find(header.begin(), header.end(), column) != header.end();
}

bool is_odk_main(const std::vector<std::string>& header) {
  return contains(header, "KEY") && !contains(header, "PARENT_KEY");
}

bool is_kobo_main(const std::vector<std::string>& header) {
  return contains(header, "_uuid") && contains(header, "_submission_time");
}

struct Node {
  std::uint64_t line;
  std::string key;
  std::string path;  // of the repeat, below its parent
  FormAnswers answers;
  std::vector<std::size_t> rows = {};  // of its repeats, in the order of the file
  bool placed = false;                 // handed to what it belongs to, or told to be too deep
};

// "uuid:…/household/child[2]" below "uuid:…": household/child
std::string repeat_path(std::string_view key, std::string_view parent, std::string_view table) {
  if (key.starts_with(parent) && key.size() > parent.size() && key[parent.size()] == '/') {
    std::string_view path = key.substr(parent.size() + 1);
    if (path.ends_with(']')) path = path.substr(0, path.rfind('['));
    return form_name(path);
  }
  // An older export, without places in its keys: form-repeat.csv.
  std::string_view name = table.substr(0, table.rfind('.'));
  return form_name(name.substr(name.rfind('-') + 1));
}

FormAnswers answers_of(const FormTable& table, std::vector<std::string>& values) {
  FormAnswers answers;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].empty())
      answers.values.emplace_back(form_name(table.header[i]), std::move(values[i]));
  }
  return answers;
}

// Of a row, and of the answers that are made of it.
std::uint64_t memory_of(const FormTable& table, const std::vector<std::string>& values) {
  std::uint64_t size = sizeof(FormTable::Row) + sizeof(Node);
  for (std::size_t i = 0; i < values.size(); ++i) {
    size += sizeof(std::string);
    if (!values[i].empty())
      size += 2 * sizeof(std::string) + table.header[i].size() + values[i].size();
  }
  return size;
}

std::string value_of(const FormTable& table, const std::vector<std::string>& values,
                     std::string_view column) {
  const auto found = std::find(table.header.begin(), table.header.end(), column);
  return found == table.header.end()
             ? ""
             : values[static_cast<std::size_t>(found - table.header.begin())];
}

std::string instance_id(const FormTable& table, const std::vector<std::string>& values) {
  for (const char* column : {"KEY", "meta/instanceID"}) {
    if (std::string id = value_of(table, values, column); !id.empty()) return id;
  }
  if (const std::string uuid = value_of(table, values, "_uuid"); !uuid.empty())
    return "uuid:" + uuid;
  return value_of(table, values, "_id");
}

// Hands the rows of repeats to what they belong to.
void take_rows(std::vector<Node>& nodes, std::size_t at, FormAnswers& into, int depth,
               FormExport& out, const std::string& submission) {
  for (const std::size_t row : nodes[at].rows) {
    Node& node = nodes[row];
    node.placed = true;
    if (depth >= kMaxDepth) {
      add_error(out.errors, {node.line, submission,
                             "a repeat's row lies more than 8 repeats deep; it was left out"});
      continue;
    }
    auto group = std::find_if(into.repeats.begin(), into.repeats.end(),
                              [&](const auto& known) { return known.first == node.path; });
    if (group == into.repeats.end())
      group = into.repeats.insert(into.repeats.end(), {node.path, {}});
    group->second.push_back(std::move(node.answers));
    FormAnswers& placed = group->second.back();
    take_rows(nodes, row, placed, depth + 1, out, submission);
  }
}

}  // namespace

bool FormTable::has(std::string_view column) const { return contains(header, column); }

FormTable read_form_table(Source& source, const std::string& name, std::uint64_t& memory) {
  FormTable table;
  table.name = name;
  const auto broken = [&](std::uint64_t line, std::string message) {
    add_error(table.errors, {line, "", name + ": " + std::move(message)});
  };
  const auto charge = [&](std::uint64_t size) {
    if (size > memory) {
      throw Error(Code::invalid,
                  "the tables of the export would take more than 512 MiB of memory: export fewer "
                  "submissions at a time; nothing was imported");
    }
    memory -= size;
  };
  const auto row = [&](std::uint64_t line, std::vector<std::string>& values) {
    if (table.header.empty()) {
      charge(values.size() * sizeof(std::string));
      table.header = values;
    } else if (values.size() != table.header.size()) {
      broken(line, "the row has " + std::to_string(values.size()) +
                       " values where the header has " + std::to_string(table.header.size()));
    } else {
      charge(memory_of(table, values));
      table.rows.push_back({line, std::move(values)});
    }
  };
  try {
    read_csv_rows(source, {row, broken});
  } catch (const Error& error) {
    throw error.in(name);
  }
  return table;
}

bool is_form_header(const std::vector<std::string>& header) {
  return is_kobo_main(header) || (is_odk_main(header) && (contains(header, "SubmissionDate") ||
                                                          contains(header, "meta-instanceID")));
}

FormExport submissions_of_tables(std::vector<FormTable> tables) {
  FormExport out;
  const auto is_main = [](const FormTable& table) {
    return is_odk_main(table.header) || is_kobo_main(table.header);
  };
  const auto mains = std::count_if(tables.begin(), tables.end(), is_main);
  if (mains != 1) {
    throw Error(Code::invalid,
                mains == 0 ? "no table in it has the column KEY (ODK) or _uuid (KoboToolbox), by "
                             "which a form's export is known; nothing was imported"
                           : "it holds the tables of more than one form: export one form at a "
                             "time; nothing was imported");
  }
  const auto main = std::find_if(tables.begin(), tables.end(), is_main);
  std::rotate(tables.begin(), main, main + 1);
  out.from = is_odk_main(tables.front().header) ? "odk" : "kobo";

  std::vector<Node> nodes;
  std::vector<std::size_t> roots;
  std::unordered_map<std::string, std::size_t> by_key;
  std::vector<std::pair<std::string, std::size_t>> waiting;  // parent's key
  for (FormTable& table : tables) {
    const bool is_repeat = table.has("PARENT_KEY") && table.has("KEY");
    if (!is_repeat && &table != &tables.front()) {
      out.warnings.push_back(
          {0, "",
           "the table " + table.name + " is no part of the form's answers and was left out"});
      continue;
    }
    for (ImportIssue& error : table.errors) add_error(out.errors, std::move(error));
    for (FormTable::Row& row : table.rows) {
      Node node{row.line, {}, {}, {}};
      node.key = is_repeat ? value_of(table, row.values, "KEY") : instance_id(table, row.values);
      if (is_repeat) {
        const std::string parent = value_of(table, row.values, "PARENT_KEY");
        node.path = repeat_path(node.key, parent, table.name);
        waiting.emplace_back(parent, nodes.size());
      } else {
        roots.push_back(nodes.size());
      }
      if (!node.key.empty() && !by_key.emplace(node.key, nodes.size()).second) {
        add_error(out.errors, {row.line, node.key, "its key stands in the export twice"});
        if (is_repeat)
          waiting.pop_back();
        else
          roots.pop_back();
        continue;
      }
      node.answers = answers_of(table, row.values);
      row.values = {};
      nodes.push_back(std::move(node));
    }
  }
  for (const auto& [parent, row] : waiting) {
    const auto found = by_key.find(parent);
    if (found != by_key.end()) nodes[found->second].rows.push_back(row);
  }
  for (const std::size_t root : roots) {
    FormSubmission submission;
    submission.line = nodes[root].line;
    submission.id = nodes[root].key;
    submission.answers = std::move(nodes[root].answers);
    take_rows(nodes, root, submission.answers, 0, out, submission.id);
    out.submissions.push_back(std::move(submission));
  }
  for (const auto& [parent, row] : waiting) {
    if (nodes[row].placed) continue;
    add_error(out.errors, {nodes[row].line, nodes[row].key,
                           "a repeat's row belongs to no submission of the export"});
  }
  return out;
}

}  // namespace depone
