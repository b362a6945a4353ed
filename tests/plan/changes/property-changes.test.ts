import assert from "node:assert/strict";
import fc from "fast-check";
import { propertyChanges, visibleChanges } from "../../../plan/changes/property-changes.ts";
import { printed, withoutCredentials } from "../../../plan/changes/values.ts";

const none = new Set<string>();
const changes = (before: object, after: object) =>
  visibleChanges({ ...before }, { ...after }, none, () => false).map(
    ({ path, before: old, after: now }) => [path, old, now],
  );

describe("what differs between properties", () => {
  it("is told by path, with list elements by their name", () => {
    assert.deepEqual(
      changes(
        {
          spec: {
            containers: [
              { name: "a", image: "1" },
              { name: "b", image: "1" },
            ],
          },
        },
        {
          spec: {
            containers: [
              { name: "b", image: "2" },
              { name: "c", image: "1" },
            ],
          },
        },
      ),
      [
        ["spec.containers[a]", '{"name":"a","image":"1"}', undefined],
        ["spec.containers[b].image", "1", "2"],
        ["spec.containers[c]", undefined, '{"name":"c","image":"1"}'],
      ],
    );
  });

  it("is told by index where elements have no names of their own", () => {
    assert.deepEqual(changes({ rules: [{ a: 1 }, { a: 2 }] }, { rules: [{ a: 1 }, { a: 3 }] }), [
      ["rules[1].a", "2", "3"],
    ]);
  });

  it("is one value for a list of values", () => {
    assert.deepEqual(changes({ cidrs: ["a"] }, { cidrs: ["a", "b"] }), [
      ["cidrs", '["a"]', '["a","b"]'],
    ]);
  });

  it("lies inside the JSON of a policy", () => {
    const policy = (action: string) =>
      JSON.stringify({ Statement: [{ Effect: "Allow", Action: action }] });
    assert.deepEqual(changes({ policy: policy("s3:Get*") }, { policy: policy("*") }), [
      ["policy.Statement[0].Action", "s3:Get*", "*"],
    ]);
  });

  it("hides what a JSON text names as a credential, and says that it differs", () => {
    const config = (password: string, level: string) => ({
      data: {
        "config.json": JSON.stringify({ db: { password }, level, keys: [{ token: password }] }),
      },
    });
    assert.deepEqual(changes(config("old-canary", "info"), config("new-canary", "debug")), [
      ['data["config.json"].db.password', "[secret]", "[secret]"],
      ['data["config.json"].keys[0].token', "[secret]", "[secret]"],
      ['data["config.json"].level', "info", "debug"],
    ]);
    assert.deepEqual(changes({ data: {} }, config("canary", "info")), [
      [
        'data["config.json"]',
        undefined,
        '{"db":{"password":"[secret]"},"level":"info","keys":[{"token":"[secret]"}]}',
      ],
    ]);
  });

  for (const [what, before, after] of [
    ["a list in a text", { a: '[{"password":"canary"}]' }, { a: '[{"password":"canary-2"}]' }],
    ["a text that is JSON no more", { a: '{"secret":"canary"}' }, { a: "none" }],
    ["a text in a text", { a: '{"b":"{\\"token\\":\\"canary\\"}"}' }, { a: '{"b":"x"}' }],
    ["a number", { a: '{"password":7041776}' }, { a: '{"password":7041777}' }],
    [
      "a variable",
      { env: [{ name: "DB_PASSWORD", value: "canary" }] },
      { env: [{ name: "DB_PASSWORD", value: "canary-2" }] },
    ],
    [
      "a variable that gets the name of a credential",
      { env: { name: "LEVEL", value: "info" } },
      { env: { name: "API_TOKEN", value: "canary" } },
    ],
    ["lines of a file", { a: "level=info" }, { a: "level=info\ndb.password = canary" }],
  ] as const)
    it(`shows no credential of ${what}`, () => {
      const found = changes(before, after);
      assert.ok(found.length > 0);
      assert.match(JSON.stringify(found), /\[secret\]/);
      assert.doesNotMatch(JSON.stringify(found), /canary|704177/);
    });

  it("shows the keys of a hidden property and no value of it", () => {
    const found = visibleChanges(
      { data: { kept: "canary", edited: "canary-1", list: ["canary"] } },
      { data: { kept: "canary", edited: "canary-2", list: [], new: { of: "canary" } } },
      new Set(["data"]),
      () => false,
    );
    assert.deepEqual(
      found.map(({ path, before, after }) => [path, before, after]),
      [
        ["data.edited", "[secret]", "[secret]"],
        ["data.list", "[secret]", "[secret]"],
        ["data.new", undefined, '{"of":"[secret]"}'],
      ],
    );
  });

  it("quotes keys that are no words", () => {
    assert.deepEqual(changes({ labels: { "a/b": "1" } }, { labels: { "a/b": "2" } }), [
      ['labels["a/b"]', "1", "2"],
    ]);
  });

  it("takes the reason of a replacement from the engine", () => {
    const found = propertyChanges({ a: { b: [1], c: 1 } }, { a: { b: [2], c: 2 } }, none, {
      "a.b[0]": { kind: "update-replace" },
      "a.c": { kind: "update" },
    });
    assert.deepEqual(
      found.map(({ path, replaces }) => [path, replaces]),
      [
        ["a.b", true],
        ["a.c", false],
      ],
    );
  });

  it("adds what only the engine sees", () => {
    assert.deepEqual(
      propertyChanges({ same: 1 }, { same: 1 }, none, { 'status["x"]': { kind: "add" } }),
      [{ path: 'status["x"]', after: "unknown until the update", replaces: false }],
    );
  });

  it("is nothing exactly where nothing differs", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (properties) => {
        assert.deepEqual(changes(properties, structuredClone(properties)), []);
        const added = { ...properties, "a new one": 1 };
        assert.ok(changes(properties, added).length > 0 || "a new one" in properties);
      }),
    );
  });
});

describe("a printed value", () => {
  it("is one line of at most 80 characters with both ends", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = printed(value);
        assert.ok(text.length <= 80);
        assert.doesNotMatch(text, /\n/);
      }),
    );
    const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/slipway/api@sha256:${"ab".repeat(30)}beef`;
    assert.match(printed(image), /^123456789012\.dkr.*….*beef$/);
  });
});

describe("text without credentials", () => {
  for (const [text, shown] of [
    ["postgres://app:p@ss@db/api", "postgres://app:[secret]@db/api"],
    ["postgres://app:p/a?s#s@db:5432/api", "postgres://app:[secret]@db:5432/api"],
    ["redis://:p@ss/word@cache:6379", "redis://:[secret]@cache:6379"],
    ["postgres://a@b:p@ss@db", "postgres://a@b:[secret]@db"],
    ['{"url":"amqp://u:p\\"w@mq","mail":"a@b"}', '{"url":"amqp://u:[secret]@mq","mail":"a@b"}'],
    ["https://registry:5000/app@sha256:ab", "https://registry:5000/app@sha256:ab"],
    ["https://example.com/a@b", "https://example.com/a@b"],
    ["password=hunter2 user=app", "password=[secret] user=app"],
    ["PGPASSWORD='hunter 2' psql", "PGPASSWORD=[secret] psql"],
    ["export AWS_SECRET_ACCESS_KEY=abc/def+1", "export AWS_SECRET_ACCESS_KEY=[secret]"],
    ["aws_session_token : abc", "aws_session_token : [secret]"],
    ["client-secret: abc, id: 7", "client-secret: [secret] id: 7"],
    ["db.passwd=a&b;c", "db.passwd=[secret]"],
    ["passphrase: correct", "passphrase: [secret]"],
    ["apiKey=abc signing_key: def", "apiKey=[secret] signing_key: [secret]"],
    ['{"password": "a \\" b", "user": "app"}', '{"password": [secret], "user": "app"}'],
    ['"{\\"token\\":\\"a b\\",\\"n\\":1}"', '"{\\"token\\":[secret],\\"n\\":1}"'],
    ['{"secret":{"secretName":"api-tls"}}', '{"secret":{"secretName":"api-tls"}}'],
    ["password=[secret]", "password=[secret]"],
    [
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slipway/api-AbCdEf",
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slipway/api-AbCdEf",
    ],
    ["no secret was found, token expired", "no secret was found, token expired"],
  ] as const)
    it(`is ${shown}`, () => {
      assert.equal(withoutCredentials(text), shown);
    });

  it("takes no longer than its length demands", () => {
    const started = process.cpuUsage();
    for (const piece of ["a", "a.", "://a:", "password", "password=", "secret:\\", "-b-"])
      withoutCredentials(piece.repeat(20_000));
    assert.ok(process.cpuUsage(started).user < 2_000_000);
  });
});
