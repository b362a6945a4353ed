import assert from "node:assert/strict";
import fc from "fast-check";
import {
  addressProblems,
  cidrContains,
  cidrsOverlap,
  planAddresses,
} from "../../../components/network/address-plan.ts";

/** Ranges that begin at their first address. */
const rangeOf = (smallest: number, largest: number) =>
  fc
    .record({
      prefix: fc.integer({ min: smallest, max: largest }),
      block: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    })
    .map(({ prefix, block }) => {
      const size = 2 ** (32 - prefix);
      const first = (block % 2 ** prefix) * size;
      const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
      return `${octets.join(".")}/${String(prefix)}`;
    });

const vpcs = rangeOf(16, 20);
const zoneCounts = fc.integer({ min: 1, max: 6 });

describe("address plan", () => {
  it("lays 10.10.0.0/16 out in two zones as the platform always was", () => {
    assert.deepEqual(planAddresses("10.10.0.0/16", 2), {
      private: ["10.10.32.0/19", "10.10.64.0/19"],
      public: ["10.10.1.0/24", "10.10.2.0/24"],
      database: ["10.10.10.0/24", "10.10.11.0/24"],
    });
  });

  it("adds a third zone without moving the other two", () => {
    const [two, three] = [planAddresses("10.10.0.0/16", 2), planAddresses("10.10.0.0/16", 3)];
    assert.deepEqual(three.private, [...two.private, "10.10.96.0/19"]);
    assert.deepEqual(three.public, [...two.public, "10.10.3.0/24"]);
    assert.deepEqual(three.database, [...two.database, "10.10.12.0/24"]);
  });

  it("keeps every subnet in the VPC, apart from all others and of a size that AWS accepts", () => {
    fc.assert(
      fc.property(vpcs, zoneCounts, (vpc, zones) => {
        const plan = planAddresses(vpc, zones);
        assert.deepEqual(addressProblems(vpc, zones, plan), []);
        for (const cidr of [...plan.private, ...plan.public, ...plan.database]) {
          const prefix = Number(cidr.split("/")[1]);
          assert.ok(prefix >= 16 && prefix <= 28, cidr);
        }
      }),
    );
  });

  it("gives the same plan for the same VPC", () => {
    fc.assert(
      fc.property(vpcs, zoneCounts, (vpc, zones) => {
        assert.deepEqual(planAddresses(vpc, zones), planAddresses(vpc, zones));
      }),
    );
  });

  it("fails where the VPC leaves no room, naming what is allowed", () => {
    for (const vpc of ["10.10.0.0/21", "10.10.0.0/24", "10.0.0.0/15"])
      assert.throws(
        () => planAddresses(vpc, 2),
        /cannot be divided: give a range between \/16 and \/20/,
      );
  });

  it("fails for a number of zones that no region has", () => {
    for (const zones of [0, 7, 1.5])
      assert.throws(() => planAddresses("10.10.0.0/16", zones), /give 1 to 6/);
  });
});

describe("ranges", () => {
  it("contain themselves and overlap whatever they contain", () => {
    fc.assert(
      fc.property(rangeOf(0, 32), rangeOf(0, 32), (a, b) => {
        assert.ok(cidrContains(a, a));
        assert.equal(cidrsOverlap(a, b), cidrsOverlap(b, a));
        assert.equal(cidrsOverlap(a, b), cidrContains(a, b) || cidrContains(b, a));
      }),
    );
  });

  it("are compared beyond 127.255.255.255 as well", () => {
    assert.ok(cidrContains("192.168.0.0/16", "192.168.255.0/24"));
    assert.ok(!cidrContains("192.168.0.0/16", "192.169.0.0/24"));
    assert.ok(!cidrContains("10.10.0.0/24", "10.10.0.0/16"));
    assert.ok(cidrsOverlap("0.0.0.0/0", "255.255.255.255/32"));
    assert.ok(!cidrsOverlap("10.10.1.0/24", "10.10.2.0/24"));
  });

  it("fail when they are none, or begin in the middle of themselves", () => {
    for (const text of ["10.10.0.0", "10.10.0.256/24", "10.10.0.0/33", "banana/8"])
      assert.throws(() => cidrsOverlap(text, "10.0.0.0/8"), /no IPv4 range/);
    assert.throws(() => cidrContains("10.10.1.0/16", "10.10.1.0/24"), /give 10\.10\.0\.0\/16/);
  });
});

describe("address problems", () => {
  const plan = planAddresses("10.10.0.0/16", 2);

  it("name every subnet outside the VPC, doubled, or missing from a zone", () => {
    const problems = addressProblems("10.10.0.0/16", 2, {
      private: ["10.10.32.0/19", "10.11.64.0/19"],
      public: ["10.10.33.0/24", "10.10.2.0/24"],
      database: ["10.10.10.0/24"],
    });
    assert.deepEqual(problems, [
      "1 database subnets for 2 zones: give one a zone",
      "private subnet 2 (10.11.64.0/19) is outside the VPC 10.10.0.0/16",
      "private subnet 1 (10.10.32.0/19) overlaps public subnet 1 (10.10.33.0/24)",
    ]);
  });

  it("are none for a plan of its own", () => {
    assert.deepEqual(addressProblems("10.10.0.0/16", 2, plan), []);
    assert.equal(addressProblems("10.10.0.0/16", 3, plan).length, 3);
  });
});
