import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { Identities } from "../../../src/models/age/identities.ts";
import { parseRecipients, readRecipientsFile } from "../../../src/models/age/recipients.ts";
import { refusal } from "../../support/rejection.ts";
import { Folders } from "../support/folders.ts";

describe("recipients of private models", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());
  const newRecipient = async (): Promise<string> => identityToRecipient(await generateX25519Identity());

  it("are a group, in whatever order and however often they are named", async () => {
    const [a, b] = [await newRecipient(), await newRecipient()];
    const folder = await folders.with({ "team.txt": `# the team\n${b}\n\n  ${a}  \n${b}\n` });
    const { keys, id } = await parseRecipients([await readRecipientsFile(join(folder, "team.txt")), `${a},${b}`]);
    expect(keys).to.deep.equal([a, b].sort());
    expect(id).to.equal(createHash("sha256").update([a, b].sort().join("\n")).digest("hex"));
    expect((await parseRecipients([a])).id).to.not.equal(id);
  });

  it("know the size of an age file before it is made", async () => {
    const recipients = await parseRecipients([await newRecipient(), await newRecipient()]);
    expect(recipients.headerSize).to.equal(168 + 98);
  });

  const refused = [
    "",
    "# only words",
    "age1",
    "age1qqqq",
    "bob",
    "ssh-ed25519 AAAAC3Nza",
    "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t",
  ];
  for (const text of refused) {
    it(`are not ${JSON.stringify(text)}`, () => refusal("models.recipient-invalid", () => parseRecipients([text])));
  }

  it("do not fit into a header without end", async () => {
    const many = await Promise.all(Array.from({ length: 700 }, newRecipient));
    await refusal("models.recipient-invalid", () => parseRecipients(many));
  });

  it("are not repeated when a secret key was given in their place", async () => {
    const secret = await generateX25519Identity();
    for (const text of [secret, secret.toLowerCase(), `x${secret}`]) {
      const error = await refusal("models.recipient-invalid", () => parseRecipients([text]));
      expect(inspect(error, { depth: 9 }))
        .to.not.include(secret.slice(20))
        .and.not.include(secret.slice(20).toLowerCase());
    }
  });
});

describe("identities", () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it("are read from a file as age-keygen writes it, and from a pipe", async () => {
    const text = `# created: 2026-01-01\n# public key: age1...\n${await generateX25519Identity()}\n`;
    const path = join(await folders.with({ "key.txt": text }), "key.txt");
    expect(await Identities.readFile(path)).to.be.instanceOf(Identities);
    const pipe = join(await folders.empty(), "pipe");
    execFileSync("mkfifo", [pipe]);
    const [read] = await Promise.all([Identities.readFile(pipe), writeFile(pipe, text)]);
    expect(read).to.be.instanceOf(Identities);
  });

  it("show nothing of themselves", async () => {
    const secret = await generateX25519Identity();
    const identities = new Identities(secret);
    for (const shown of [inspect(identities, { depth: 9, showHidden: true }), JSON.stringify(identities)]) {
      expect(shown).to.not.include(secret.slice(16));
    }
  });

  it("are refused without repeating what was in their place", async () => {
    const secret = await generateX25519Identity();
    const texts = [
      "",
      "# none",
      `${secret.slice(0, -1)}X`,
      `${secret} x`,
      "AGE-PLUGIN-YUBIKEY-1QQQ",
      "-----BEGIN OPENSSH PRIVATE KEY-----",
      "age-encryption.org/v1\n-> scrypt",
      `${secret}\n`.repeat(65),
    ];
    for (const text of texts) {
      const error = await refusal("models.identity-invalid", () => Promise.resolve().then(() => new Identities(text)));
      expect(inspect(error, { depth: 9 })).to.not.include(secret.slice(20, 60));
    }
  });

  it("say what is wrong with their file, but not with a key that was given for its path", async () => {
    const secret = await generateX25519Identity();
    const missing = await refusal("models.key-file-unreadable", () => Identities.readFile("/nowhere/key.txt"));
    expect(missing.expected).to.include("/nowhere/key.txt");
    const key = await refusal("models.key-file-unreadable", () => Identities.readFile(secret));
    expect(inspect(key, { depth: 9 })).to.not.include(secret.slice(20));
    const folder = await folders.with({ "large.txt": "#".repeat(70_000) });
    await refusal("models.key-file-unreadable", () => Identities.readFile(join(folder, "large.txt")));
    await refusal("models.key-file-unreadable", () => Identities.readFile(folder));
  });
});
