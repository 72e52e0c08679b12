import { expect } from "chai";
import { configVariable } from "hardhat/config";
import { type KeyObject, generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { signingServer } from "./support/signing-server.ts";
import type { SigningServer } from "./support/signing-server.ts";
import { realDocument } from "./support/real-document.ts";
import { TestHypervisor, registersOf } from "./support/test-enclave.ts";
import { useAttesterCommands } from "./support/use-attester-commands.ts";

const TOKEN = "token-of-the-signer";
const SECRET = `0x${"5b".repeat(32)}`;
const pem = (key: KeyObject): string =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();

describe("The attester commands", function () {
  this.timeout(120_000);
  const enclave = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const hsm = generateKeyPairSync("ec", { namedCurve: "P-256" });
  let signer: SigningServer;
  let hypervisor: TestHypervisor;
  let attesterId: string;

  const commands = useAttesterCommands(async (folder) => {
    signer = await signingServer({ key: hsm.privateKey, token: TOKEN });
    const files = {
      "private.pem": pem(enclave.privateKey),
      "next.pem": pem(generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey),
      "enclave.pem": pem(enclave.publicKey),
      "hsm.pem": pem(hsm.publicKey),
      "real.b64": Buffer.from(realDocument()).toString("base64"),
      "pcrs.json": JSON.stringify({
        Measurements: Object.fromEntries(
          [...registersOf("image")].slice(0, 3).map(([i, pcr]) => [`PCR${i}`, Buffer.from(pcr).toString("hex")]),
        ),
      }),
    };
    for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
    process.env["ATTESTER_KEY"] = SECRET;
    process.env["ATTESTER_TOKEN"] = TOKEN;
    return {
      enclave: { keyFile: join(folder, "private.pem") },
      node: { key: configVariable("ATTESTER_KEY") },
      next: { keyFile: join(folder, "next.pem") },
      hsm: { url: signer.url, publicKeyFile: join(folder, "hsm.pem"), token: configVariable("ATTESTER_TOKEN") },
    };
  });
  before(async () => {
    hypervisor = new TestHypervisor({ at: (await commands.now()) * 1000 });
    const document = hypervisor.document({ publicKey: enclave.publicKey.export({ type: "spki", format: "der" }) });
    await writeFile(file("document.b64"), Buffer.from(document).toString("base64"));
  });
  after(async () => {
    delete process.env["ATTESTER_KEY"];
    delete process.env["ATTESTER_TOKEN"];
    await signer[Symbol.asyncDispose]();
  });

  const file = (name: string): string => join(commands.folder(), name);
  /** The one document of a command. No key and no token shows in it. */
  const run: typeof commands.runJson = async (words, args) => {
    const answer = await commands.runJson(words, args);
    expect(JSON.stringify(answer))
      .to.not.match(/PRIVATE|5b5b5b5b/)
      .and.not.contain(TOKEN);
    return answer;
  };
  /** The result of a command that must succeed. */
  const done = async (words: string, args: Parameters<typeof run>[1] = {}) => {
    const answer = await run(`attester ${words}`, args);
    expect(answer, JSON.stringify(answer.error)).to.include({ ok: true, schema: `scrimshaw.attester-${words}/1` });
    return answer.result!;
  };
  const withDocument = () => ({ signer: file("enclave.pem"), document: file("document.b64"), root: hypervisor.root });

  it("admit an enclave only after its image is approved", async () => {
    const early = await run("attester add", withDocument());
    expect(early).to.include({ code: 1, ok: false });
    expect(early.error!.found).to.contain("AttesterRegistryMeasurementNotApproved");
    const approved = await done("approve", { pcrs: file("pcrs.json"), note: "image v1" });
    expect(approved).to.include({ approvalId: 1, standing: "valid" });
    expect((await done("approve", { pcrs: file("pcrs.json") }))["transaction"]).to.equal(null);
    const dry = await done("add", { ...withDocument(), dryRun: true });
    expect(dry).to.include({ dryRun: true, measurement: approved["measurement"], kind: "nitro" });
    expect(await done("list")).to.deep.equal({ attesters: [], total: 0 });
    const added = await done("add", { ...withDocument(), endpoint: "https://enclave.example" });
    expect(added).to.include({ alreadyAdded: false, binding: "public-key", standing: "valid", approvalId: 1 });
    attesterId = added["attesterId"] as string;
    expect(await done("add", withDocument())).to.include({ alreadyAdded: true, attesterId });
  });

  it("verify it as a stranger, with exit code 0, and with 1 where the root of AWS is asked for", async () => {
    const verified = await run("attester verify", { attester: attesterId, root: hypervisor.root });
    expect(verified).to.include({ code: 0, ok: true });
    expect(verified.result!["outcome"]).to.equal("passed");
    expect(verified.result!["answers"]).to.have.length(8);
    const strict = await commands.run("attester verify", { attester: file("enclave.pem") });
    expect(strict.code).to.equal(1);
    expect(strict.stdout)
      .to.match(/^FAILED {7}document /m)
      .and.match(/: failed\n$/);
  });

  it("verify a key without a document as incomplete, with exit code 2", async () => {
    await done("add", { signer: "alice" });
    expect((await run("attester verify", { attester: "alice" })).code).to.equal(2);
  });

  it("sign proofs with a key from a file, from a variable and at a signer elsewhere, alone and for a batch", async () => {
    await run("model publish", { folder: "examples/iris/model", name: "iris" });
    for (const name of ["node", "hsm"]) expect(await done("add", { signer: name })).to.include({ kind: "key" });
    const infer = { model: "alice/iris", input: "examples/iris/input.json" };
    for (const attester of ["node", "hsm"]) {
      const recorded = await run("proof record", { ...infer, attester });
      expect(recorded, JSON.stringify(recorded)).to.include({ code: 0, ok: true });
    }
    expect(signer.requests.map(({ body }) => body.scheme)).to.deep.equal(["p256"]);
    const save = file("for-batch.json");
    await run("proof record", { ...infer, attester: "enclave", save });
    expect((await run("proof settle", { files: [save] })).result).to.include({ count: 1 });
  });

  it("show who was alive of late", async () => {
    expect(await done("ping", { attester: "enclave" })).to.include({ attesterId });
    const { attesters, total } = await done("list", { valid: true, seenWithin: "86400", kind: "nitro" });
    expect((attesters as { attesterId: string }[]).map((one) => one.attesterId)).to.deep.equal([attesterId]);
    expect(total).to.equal(4);
    const shown = await commands.run("attester list", { limit: 1 });
    expect(shown.stdout)
      .to.match(/^0x[0-9a-f]{64} {2}nitro \(RSA-PSS\): valid, seen /)
      .and.contain("3 more");
    expect((await commands.run("attester list")).stdout).to.match(/^0x[0-9a-f]{64} {2}\S+ \(P-256\): valid$/m);
  });

  it("give an enclave another endpoint and a newer document", async () => {
    const publicKey = enclave.publicKey.export({ type: "spki", format: "der" });
    await writeFile(file("newer"), hypervisor.document({ publicKey, nonce: Buffer.from("0123") }));
    const newer = { document: file("newer"), nonce: "30313233", root: hypervisor.root };
    const updated = await done("update", { attester: attesterId, endpoint: "https://moved.example", ...newer });
    expect(updated).to.include({ endpoint: "https://moved.example", binding: "public-key" });
    expect(updated["transactions"]).to.have.length(2);
    const verified = await run("attester verify", { attester: attesterId, root: hypervisor.root });
    expect(verified.result!["outcome"]).to.equal("passed");
  });

  it("replace a key by one that its holder signs with, revoke one, and close an approval", async () => {
    const rotated = await done("rotate", { attester: "node", signer: "next", overlap: "60", possession: true });
    const [before, after] = [rotated["before"], rotated["successor"]] as { attesterId: string; predecessor: string }[];
    expect(after).to.include({ signerKind: "key", predecessor: before!.attesterId });
    expect(await done("revoke", { attester: "hsm", reason: "stolen" })).to.include({ standing: "ended" });
    const again = await run("attester add", { signer: file("hsm.pem") });
    expect(again.error?.code, "an end is never taken back").to.equal("attesters.ended");
    expect(await done("close", { approval: "1", reason: "a hole in the image" })).to.include({ standing: "ended" });
    expect(await done("show", { attester: attesterId })).to.include({ standing: "ended" });
    expect((await done("list", { approvals: true }))["total"]).to.equal(1);
  });

  for (const [what, words, args, code] of [
    [
      "the document of another enclave",
      "add",
      () => ({ ...withDocument(), document: file("real.b64"), root: undefined, maxAge: "999999999999" }),
      "attesters.document-key",
    ],
    ["a document that is too old", "add", () => ({ ...withDocument(), maxAge: "0" }), "attesters.document-time"],
    [
      "a file that is no document",
      "add",
      () => ({ signer: "alice", document: file("pcrs.json") }),
      "attesters.document-malformed",
    ],
    [
      "a file that is not there",
      "add",
      () => ({ signer: "alice", document: file("nothing") }),
      "attesters.argument-invalid",
    ],
    [
      "a document of another kind",
      "add",
      () => ({ ...withDocument(), kind: "tdx" }),
      "attesters.document-kind-unknown",
    ],
    [
      "a measurement that is not the document's",
      "add",
      () => ({ ...withDocument(), measurement: `0x${"11".repeat(32)}` }),
      "attesters.document-measurement",
    ],
    [
      "a nonce that the document does not carry",
      "add",
      () => ({ ...withDocument(), nonce: "00" }),
      "attesters.document-nonce",
    ],
    ["a nonce without a document", "add", () => ({ signer: "alice", nonce: "00" }), "attesters.argument-invalid"],
    ["a key that is private", "add", () => ({ signer: file("private.pem") }), "attesters.key-unreadable"],
    ["a key that is not there", "show", () => ({ attester: file("nothing.pem") }), "attesters.key-unreadable"],
    ["a name that nobody has", "ping", () => ({ attester: "nobody" }), "attesters.unknown-name"],
    ["text that is no attester", "verify", () => ({ attester: "0x12" }), "attesters.argument-invalid"],
    ["an attester that nobody admitted", "verify", () => ({ attester: `0x${"11".repeat(32)}` }), "attesters.unknown"],
    ["neither a measurement nor registers", "approve", () => ({}), "attesters.argument-invalid"],
    ["registers of another form", "approve", () => ({ pcrs: "package.json" }), "attesters.document-malformed"],
    ["an approval that is no number", "close", () => ({ approval: "one" }), "attesters.argument-invalid"],
    ["nothing to update", "update", () => ({ attester: "alice" }), "attesters.argument-invalid"],
    [
      "a root that is no fingerprint",
      "verify",
      () => ({ attester: "alice", root: "AWS" }),
      "attesters.argument-invalid",
    ],
    ["an age that is no number", "verify", () => ({ attester: "alice", maxAge: "long" }), "attesters.argument-invalid"],
  ] as const) {
    it(`say what to do next about ${what}, with exit code 1`, async () => {
      const refused = await run(`attester ${words}`, args());
      expect(refused).to.include({ code: 1, ok: false });
      expect(refused.error!.code).to.equal(code);
      for (const part of [refused.error!.expected, refused.error!.found, refused.error!.next])
        expect(part).to.not.equal("");
    });
  }
});
