#include "crypto/formats/origin.h"

#include <catch2/catch_test_macros.hpp>

#include "../test_bytes.h"
#include "crypto/error.h"
#include "crypto/formats/manifest.h"
#include "crypto/formats/revision.h"
#include "roster_fixture.h"

namespace depone {
namespace {

using testing::code_of;
using testing::member_line;
using testing::Organisation;

// A revision in a bundle of an author's, and a roster that names the author.
struct OriginFixture {
  Organisation organisation;
  Identity author = Identity::from_seed(Seed::random());
  std::string revision = make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident",
                                       {{"title", "Raid"}}, author.bundle_key(), {})
                             .json;
  Origin origin = made("bundle");

  Origin made(const std::string& bundle) const {
    std::vector<Sha256> leaves;
    for (const std::string& leaf : {std::string("manifest"), revision, std::string("custody")})
      leaves.push_back(merkle::leaf_hash(as_bytes(leaf)));
    MemorySource content(as_bytes(bundle));
    const Digests digests = digest_all(content);
    const BundleComment comment{"0123456789abcdef", 1, std::nullopt, merkle::root_of(leaves)};
    const std::string minisig =
        minisign::sign(author.bundle, digests.blake2b, kBundleUntrusted, comment.text()).text();

    const std::vector<MemberLine> lines{member_line("desk-1", Role::desk),
                                        member_line("monitor-1", Role::monitor, author)};
    const std::string members = members_file(lines);
    RosterHead head = organisation.head(1, std::nullopt);
    fill_members(head, members);
    const std::string roster = head.json();
    const std::vector<std::uint64_t> second{1};
    return {BundleEntry{digests, author.bundle_key(), minisig},
            1,
            3,
            merkle::inclusion_path(leaves, 1),
            roster,
            sign_roster(roster, head, organisation.authority),
            prove_lines(members, second).front()};
  }
  std::optional<Code> refused(const Origin& of) const {
    return code_of([&] { check_origin(of, revision, organisation.authority_key()); });
  }
};

TEST_CASE_METHOD(OriginFixture, "The author of a revision is proved by his own bundle") {
  CHECK(check_origin(origin, revision, organisation.authority_key()).id == "monitor-1");
  CHECK(Origin::parse(origin.json()).json() == origin.json());
  CHECK(check_origin(Origin::parse(origin.json()), revision, organisation.authority_key()).id ==
        "monitor-1");
}

TEST_CASE_METHOD(OriginFixture, "Another revision is not proved by it") {
  const std::string other = make_revision("0b5d8d1c-5a0e-4c8f-9a57-6f1d0a7c2e11", "incident",
                                          {{"title", "Other"}}, author.bundle_key(), {})
                                .json;
  CHECK(code_of([&] { check_origin(origin, other, organisation.authority_key()); }) ==
        Code::mismatch);
}

TEST_CASE_METHOD(OriginFixture, "Every part of it has to hold") {
  Origin altered = origin;
  altered.index = 0;
  CHECK(refused(altered) == Code::mismatch);
  altered = origin;
  altered.entry.digests.blake2b[0] ^= 1;
  CHECK(refused(altered) == Code::bad_signature);
  altered = origin;
  altered.entry.key = organisation.authority_key();
  CHECK(refused(altered) == Code::bad_signature);
  altered = origin;
  altered.path.pop_back();
  CHECK(refused(altered) == Code::mismatch);
  altered = origin;
  altered.roster += " ";
  CHECK(refused(altered) == Code::bad_signature);
  altered = origin;
  altered.member.index = 0;
  CHECK(refused(altered) == Code::mismatch);
  CHECK(code_of([&] { check_origin(origin, revision, author.bundle_key()); }) ==
        Code::bad_signature);
}

TEST_CASE_METHOD(OriginFixture, "A line of somebody else is not the author's") {
  const OriginFixture other;
  Origin altered = origin;
  altered.roster = other.origin.roster;
  altered.roster_minisig = other.origin.roster_minisig;
  altered.member = other.origin.member;
  CHECK(code_of([&] { check_origin(altered, revision, other.organisation.authority_key()); }) ==
        Code::mismatch);
}

TEST_CASE_METHOD(OriginFixture, "A proof that is not of its form is refused by the key") {
  const auto with = [&](const std::string& key, const Json& value) {
    Json json = parse_json(origin.json(), "origin");
    json[key] = value;
    return code_of([&] { Origin::parse(dump_json(json)); });
  };
  CHECK(with("format", "depone/origin/2") == Code::unsupported);
  CHECK(with("more", 1) == Code::malformed);
  CHECK(with("index", 3) == Code::malformed);
  CHECK(with("leaves", -1) == Code::malformed);
  CHECK(with("path", Json::array({"x"})) == Code::malformed);
  CHECK(with("entry", "depone/entry/1\n") == Code::malformed);
  CHECK(with("member", Json::object()) == Code::malformed);
  CHECK(with("roster", nullptr) == Code::malformed);
}

}  // namespace
}  // namespace depone
