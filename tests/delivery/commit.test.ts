import assert from "node:assert/strict";
import { parseReference, recordedSpelling, sameCommit } from "../../delivery/commit.ts";

const full = "7c0b41d9e2f85a3361c4be07a95d28f1034e6bca";

describe("a commit that a user names", () => {
  it("is 7 to 40 hexadecimal digits, or a tag of a version", () => {
    assert.deepEqual(parseReference("63ec5c0"), { type: "commit", sha: "63ec5c0" });
    assert.deepEqual(parseReference(full), { type: "commit", sha: full });
    assert.deepEqual(parseReference("v1.2.3-rc.1"), { type: "tag", tag: "v1.2.3-rc.1" });
  });

  for (const wrong of ["", "latest", "main", "63ec5c", `${full}0`, "63EC5C0", "v", "-v1", "v1 2"])
    it(`is not ${JSON.stringify(wrong)}`, () => {
      assert.throws(() => parseReference(wrong), {
        message: `commit is ${JSON.stringify(wrong)}: give 7 to 40 hexadecimal digits of a commit, or a tag such as v1.2.3`,
        exitCode: 2,
      });
    });

  it("is the same, shortened or not", () => {
    assert.ok(sameCommit("7c0b41d", full));
    assert.ok(sameCommit(full, "7c0b41d"));
    assert.ok(!sameCommit("7c0b41e", full));
  });

  it("takes the spelling under which the image ran", () => {
    assert.equal(recordedSpelling("7c0b41d", ["63ec5c0", full]), full);
    assert.equal(recordedSpelling(full, ["7c0b41d"]), "7c0b41d");
    assert.equal(recordedSpelling("7c0b41d", ["7c0b41d", full]), "7c0b41d");
    assert.equal(recordedSpelling("1111111", [full]), "1111111");
  });

  it("is refused where it stands for several", () => {
    const other = `7c0b41d${"0".repeat(33)}`;
    assert.throws(() => recordedSpelling("7c0b41d", [full, other]), {
      message: `commit is "7c0b41d", which stands for ${full} and ${other}: give more digits`,
    });
  });
});
