#include "tests/bench/corpus.h"

#include <algorithm>
#include <array>
#include <sstream>

namespace depone::bench {

namespace {

// Words of everyday use, the commonest first; the rarer ones of a corpus are pairs of them.
constexpr std::array<const char*, kScripts> kWords{
    "the and of night house river witness prison guard soldiers village family "
    "brother sister mother father taken away morning evening winter summer border "
    "bridge market school hospital road letter money hunger work camp office "
    "police court lawyer doctor journalist teacher farmer child children neighbour "
    "friend name list paper fear silence answer question room door window wall "
    "fire water bread",
    "и в на ночь дом река свидетель тюрьма охрана солдаты деревня семья брат "
    "сестра мать отец утро вечер зима лето граница мост рынок школа больница "
    "дорога письмо деньги голод работа лагерь полиция суд адвокат врач журналист "
    "учитель ребёнок дети сосед друг имя список бумага страх молчание ответ "
    "вопрос комната дверь окно стена огонь вода хлеб",
    "في من على ليلة بيت نهر شاهد سجن حارس جنود قرية عائلة أخ أخت أم أب صباح "
    "مساء شتاء صيف حدود جسر سوق مدرسة مستشفى طريق رسالة مال جوع عمل معسكر شرطة "
    "محكمة محامي طبيب صحفي معلم طفل أطفال جار صديق اسم قائمة ورقة خوف صمت جواب "
    "سؤال غرفة باب نافذة جدار نار ماء خبز",
    "그리고 밤 집 강가 증인 감옥 경비원 군인 마을 가족 형제 자매 어머니 아버지 아침 저녁 겨울 여름 "
    "국경 다리 시장 학교 병원 "
    "도로 편지 돈 굶주림 노동 수용소 경찰 재판소 변호사 의사 기자 선생님 아이 아이들 이웃 친구 "
    "이름 명단 종이 두려움 침묵 대답 "
    "질문 방 문 창문 벽 불 물 빵 북송 붙잡혀 보위부 탈북",
    "እና ሌሊት ቤት ወንዝ ምስክር እስር ጠባቂ ወታደሮች መንደር ቤተሰብ ወንድም እህት እናት አባት ጠዋት ማታ ክረምት "
    "በጋ ድንበር ድልድይ ገበያ ትምህርት ሆስፒታል መንገድ ደብዳቤ ገንዘብ ረሃብ ሥራ ካምፕ ፖሊስ ፍርድ ጠበቃ ሐኪም "
    "ጋዜጠኛ መምህር ልጅ ልጆች ጎረቤት ጓደኛ ስም ዝርዝር ወረቀት ፍርሃት ዝምታ መልስ ጥያቄ ክፍል በር መስኮት ግድግዳ "
    "እሳት ውሃ ዳቦ",
    "的 和 在 夜里 房子 河边 证人 监狱 看守 士兵 村庄 家庭 兄弟 姐妹 母亲 父亲 早上 晚上 冬天 夏天 "
    "边境 大桥 市场 学校 医院 "
    "道路 信件 金钱 饥饿 工作 集中营 警察 法院 律师 医生 记者 老师 孩子 邻居 朋友 名字 名单 纸张 "
    "恐惧 沉默 回答 问题 房间 大门 "
    "窗户 墙壁 火灾 水源 面包 拘留 逮捕 酷刑 失踪"};
constexpr std::size_t kHan = 5;

std::vector<std::string> split(const char* words) {
  std::istringstream in(words);
  std::vector<std::string> out;
  for (std::string word; in >> word;) out.push_back(word);
  return out;
}

}  // namespace

Corpus::Corpus() {
  for (const char* words : kWords) {
    Vocabulary vocabulary;
    vocabulary.words = split(words);
    const std::vector<std::string> base = vocabulary.words;
    for (const std::string& a : base) {
      for (const std::string& b : base) vocabulary.words.push_back(a + b);
    }
    double sum = 0;
    for (std::size_t rank = 0; rank < vocabulary.words.size(); ++rank) {
      sum += 1 / (static_cast<double>(rank) + 3);
      vocabulary.up_to.push_back(sum);
    }
    vocabularies_.push_back(std::move(vocabulary));
  }
}

const std::string& Corpus::word(std::size_t script, std::size_t rank) const {
  return vocabularies_[script].words[rank];
}

std::size_t Corpus::base(std::size_t script) const {
  std::size_t square = 1;
  while (square + square * square < vocabularies_[script].words.size()) ++square;
  return square;
}

std::string Corpus::between(std::size_t script) { return script == kHan ? "" : " "; }

std::string Corpus::text(std::size_t script, std::size_t bytes, std::mt19937_64& random) const {
  const Vocabulary& vocabulary = vocabularies_[script];
  std::string text;
  for (std::size_t words = 1; text.size() < bytes; ++words) {
    const double at = static_cast<double>(random() >> 11) / static_cast<double>(1ull << 53) *
                      vocabulary.up_to.back();
    const auto found = std::lower_bound(vocabulary.up_to.begin(), vocabulary.up_to.end(), at);
    text += vocabulary.words[static_cast<std::size_t>(found - vocabulary.up_to.begin())];
    const bool pause = words % 9 == 0;
    if (script == kHan) {
      text += pause ? "，" : "";
    } else {
      text += pause ? ", " : " ";
    }
  }
  return text;
}

Testimony Corpus::testimony(std::uint64_t number) const {
  std::mt19937_64 random(number * 0x9e37'79b9'7f4a'7c15ull + 1);
  Testimony out;
  out.script = number % kScripts;
  out.title =
      word(out.script, 3 + number % 20) + between(out.script) + text(out.script, 30, random);
  out.text = text(out.script, 1024, random);
  out.place = word(out.script, 4 + random() % 12) + " " + std::to_string(random() % 200);
  out.date = std::to_string(2010 + number % 15) + "-0" + std::to_string(1 + random() % 9) + "-1" +
             std::to_string(random() % 10);
  out.tag = "t" + std::to_string(random() % 500);
  out.reference = "R-" + std::to_string(number);
  return out;
}

}  // namespace depone::bench
