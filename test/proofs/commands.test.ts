import { expect } from "chai";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readProofFile } from "../../src/proofs/proof-file.ts";
import { newKey } from "../models/support/private-world.ts";
import { type CommandAnswer, runWithJson } from "../support/command-document.ts";
import { DevProcess, finish, spawnHardhat } from "../support/dev-process.ts";

describe("The proof commands", function () {
  this.timeout(300_000);
  let dev: DevProcess;
  let folder: string;
  const infer = ["proof", "record", "--model", "alice/iris", "--input", "examples/iris/input.json"];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "scrimshaw-proofs-"));
    dev = await DevProcess.start();
    const published = await run("model", "publish", "examples/iris/model", "iris");
    expect(published, JSON.stringify(published)).to.include({ ok: true });
  });
  after(async () => {
    await dev.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (...args: readonly string[]): Promise<CommandAnswer> => runWithJson(dev, args);

  it("record a vanilla proof, show it, list it, and audit it as incomplete with exit code 2", async () => {
    const recorded = await run(...infer);
    expect(recorded).to.include({ code: 0, ok: true, schema: "scrimshaw.proof-record/1" });
    const proofId = recorded.result["proofId"] as string;
    const shown = await run("proof", "show", proofId);
    expect(shown.result).to.include({ kind: "proof", proofId, verifier: `0x${"00".repeat(20)}`, withdrawn: false });
    const listed = await run(
      "proof",
      "list",
      "--model",
      "alice/iris",
      "--attester",
      "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266",
    );
    const events = listed.result["events"] as { recordId: string; model: string }[];
    expect(events.map(({ recordId }) => recordId)).to.include(proofId);
    expect(events.map(({ model }) => model)).to.include("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266/iris");
    const audited = await run("proof", "audit", proofId, "--rerun");
    expect(audited).to.include({ code: 2, ok: true });
    const checks = audited.result["checks"] as { check: string; status: string }[];
    expect(checks.filter(({ status }) => status !== "passed").map(({ check }) => check)).to.have.members([
      "seal",
      "rerun",
    ]);
  });

  it("show what they would do with --dry-run, and do none of it", async () => {
    const before = await run("proof", "list");
    const dry = await run(...infer, "--dry-run");
    expect(dry.result).to.include({ dryRun: true });
    expect(dry.result["encodedSize"]).to.be.greaterThan(0);
    expect((await run("proof", "list")).result).to.deep.equal(before.result);
  });

  it("save a proof file, refuse to overwrite it, settle it once, and find it settled when asked again", async () => {
    const file = join(folder, "one.json");
    const requestId = `0x${"ab".repeat(32)}`;
    expect(await run(...infer, "--request", requestId, "--save", file)).to.include({ ok: true });
    expect(readProofFile(await readFile(file, "utf8")).proof.statement).to.include({ requestId });
    expect((await run(...infer, "--save", file)).error.code).to.equal("walrus.file-exists");
    const settled = await run("proof", "settle", file);
    expect(settled.result).to.include({ count: 1, alreadySettled: false });
    // Nobody has brought a committee: what is settled stays so.
    const again = await run("proof", "settle", file, "--certify");
    expect(again).to.include({ code: 2 });
    expect(again.result).to.include({ alreadySettled: true, batchId: settled.result["batchId"] });
    expect(again.result["certified"]).to.have.nested.property("problem.code", "availability.certificate-refused");
    await run("committee", "import");
    const certified = await run("proof", "settle", file, "--certify");
    expect(certified).to.include({ code: 0 });
    const { blobId } = settled.result["bundle"] as { readonly blobId: string };
    expect(certified.result["certified"]).to.have.nested.property("onChain[0].blobId", blobId);
    const shown = await run("proof", "show", settled.result["batchId"] as string);
    expect(shown.result).to.include({ kind: "batch", count: 1 });
  });

  it("keep a disclosure with which one auditor can run an unpublished inference again, and nobody else", async () => {
    const file = join(folder, "disclosure.json");
    const recorded = await run(...infer, "--disclosure", file);
    const proofId = recorded.result["proofId"] as string;
    const rerunOf = async (...options: readonly string[]): Promise<string | undefined> => {
      const { result } = await run("proof", "audit", proofId, "--rerun", ...options);
      return (result["checks"] as { check: string; status: string }[]).find(({ check }) => check === "rerun")?.status;
    };
    expect(await rerunOf()).to.equal("not-checked");
    expect(await rerunOf("--disclosure", file)).to.equal("passed");
    const content = await readFile(file, "utf8");
    expect((await stat(file)).mode & 0o077).to.equal(0);
    const other = content.replace(
      /("inputSalt": ")(.)/,
      (_all, head: string, digit: string) => head + (digit === "0" ? "1" : "0"),
    );
    await writeFile(file, other);
    expect(await rerunOf("--disclosure", file)).to.equal("failed");
  });

  it("list by lines, pages, batches and blocks, and audit what is listed", async () => {
    const lines = async (...options: readonly string[]): Promise<Record<string, unknown>[]> => {
      const { code, stdout } = await finish(spawnHardhat(["proof", "list", "--json-lines", ...options], dev.env));
      expect(code).to.equal(0);
      return stdout.split("\n").flatMap((one) => (one === "" ? [] : [JSON.parse(one) as Record<string, unknown>]));
    };
    const proof = (await run(...infer)).result["proofId"] as string;
    const all = await lines();
    expect(all.at(-1)).to.include({ kind: "proof", recordId: proof });
    expect(await lines("--offset", "1", "--limit", "2")).to.deep.equal(all.slice(1, 3));
    const { batchId, blockNumber: settled } = all.find(({ kind }) => kind === "batch")!;
    expect(await lines("--batch", String(batchId))).to.deep.equal([all.find(({ kind }) => kind === "batch")]);
    const last = String(all.at(-1)!["blockNumber"]);
    expect(await lines("--from-block", last)).to.deep.equal([all.at(-1)]);
    expect(await lines("--to-block", String(Number(settled) - 1))).to.not.deep.include(all.at(-1));
    const audited = await run("proof", "audit", "--model", "alice/iris", "--from-block", last);
    expect(audited.result).to.deep.include({ proofs: 1, outcome: "incomplete" });
    expect(audited.result["subject"]).to.deep.include({ kind: "range", fromBlock: Number(last) });
    const both = await run("proof", "audit", proof, "--from-block", last);
    expect(both).to.have.nested.property("error.code", "proofs.argument-invalid");
  });

  it("encrypt evidence to a recipient, who alone runs the inference again", async () => {
    const { recipient, secret } = await newKey();
    const identityFile = join(folder, "reader.txt");
    await writeFile(identityFile, secret, { mode: 0o600 });
    const both = await run(...infer, "--encrypt-to", recipient, "--publish-plaintext");
    expect(both).to.have.nested.property("error.code", "proofs.argument-invalid");
    const recorded = await run(...infer, "--encrypt-to", recipient);
    const audit = ["proof", "audit", recorded.result["proofId"] as string, "--rerun"];
    for (const [options, status] of [
      [[], "not-checked"],
      [["--identity-file", identityFile], "passed"],
    ] as const) {
      const { result } = await run(...audit, ...options);
      const rerun = (result["checks"] as { check: string; status: string }[]).find(({ check }) => check === "rerun");
      expect(rerun?.status, JSON.stringify(rerun)).to.equal(status);
    }
  });

  it("show what the model answered", async () => {
    const recorded = await run(...infer, "--dry-run");
    const [output] = recorded.result["outputs"] as { name: string; shape: number[]; values: number[] }[];
    expect(output).to.include({ name: "probabilities" });
    expect(output!.values).to.have.length(3);
    expect(output!.values[0]).to.be.greaterThan(0.9);
  });

  it("refuse to settle a proof whose key is not admitted, before anything is stored", async () => {
    const file = join(folder, "stranger.json");
    await run(...infer, "--attest", "--from", "6", "--save", file);
    const refused = await run("proof", "settle", file);
    expect(refused.error.code).to.equal("proofs.seal-refused");
    expect(refused.error.next).to.contain("npx hardhat attester add");
  });

  it("say that a proof made for a batch is settled, not recorded", async () => {
    const file = join(folder, "for-batch.json");
    await run(...infer, "--save", file);
    expect((await run("proof", "record", file)).error.code).to.equal("proofs.made-for-batch");
  });

  it("refuse a proof file whose evidence was exchanged, before anything is stored", async () => {
    const file = join(folder, "exchanged.json");
    await run(...infer, "--save", file);
    const content = JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>;
    await writeFile(file, JSON.stringify({ ...content, evidenceBytes: Buffer.from("other").toString("base64") }));
    expect((await run("proof", "settle", file)).error.code).to.equal("proofs.evidence-mismatch");
  });

  it("refuse to record an attested proof of a key that is not admitted, before anything is stored", async () => {
    const refused = await run(...infer, "--attest", "--from", "5");
    expect(refused).to.include({ code: 1, ok: false });
    expect(refused.error.code).to.equal("chain.reverted");
    expect(refused.error.found).to.contain("ProofRegistryVerifierReverted");
  });

  for (const [what, args, code] of [
    ["an id that is none", ["proof", "audit", "0x12"], "proofs.id-invalid"],
    ["an id that nothing is recorded under", ["proof", "audit", `0x${"11".repeat(32)}`], "proofs.unknown"],
    ["a proof file that is not there", ["proof", "record", "nowhere.json"], "proofs.file-unreadable"],
    ["a proof file of another schema", ["proof", "settle", "package.json"], "proofs.file-invalid"],
    ["neither a file nor a model", ["proof", "record"], "proofs.argument-invalid"],
    ["a request id that is none", [...infer, "--request", "0xabcd"], "proofs.argument-invalid"],
    ["an input that is not there", [...infer.slice(0, 4), "--input", "nowhere.json"], "proofs.argument-invalid"],
    ["an input of another form", [...infer.slice(0, 4), "--input", "package.json"], "proofs.tensor-file-invalid"],
    [
      "a model that does not exist",
      ["proof", "record", "--model", "alice/nothing", "--input", "examples/iris/input.json"],
      "models.model-unknown",
    ],
    ["an attester that is none", ["proof", "list", "--attester", "nobody"], "proofs.attester-invalid"],
    [
      "a verifier that is no address",
      ["proof", "audit", `0x${"11".repeat(32)}`, "--trust", "0x1"],
      "proofs.argument-invalid",
    ],
    [
      "a disclosure of another form",
      ["proof", "audit", `0x${"11".repeat(32)}`, "--disclosure", "package.json"],
      "proofs.disclosure-invalid",
    ],
    [
      "a time limit that is none",
      ["proof", "audit", `0x${"11".repeat(32)}`, "--rerun-seconds", "0"],
      "proofs.argument-invalid",
    ],
    [
      "a time limit of all runs that is none",
      ["proof", "audit", `0x${"11".repeat(32)}`, "--rerun-total-seconds", "0"],
      "proofs.argument-invalid",
    ],
    ["an address without code", ["proof", "list", "--registry", `0x${"12".repeat(20)}`], "chain.no-code"],
  ] as const) {
    it(`say what to do next about ${what}, with exit code 1`, async () => {
      const refused = await run(...args);
      expect(refused).to.include({ code: 1, ok: false });
      expect(refused.error.code).to.equal(code);
      for (const part of [refused.error.expected, refused.error.found, refused.error.next])
        expect(part).to.not.equal("");
    });
  }

  it("print errors for people on stderr and nothing on stdout", async () => {
    const { code, stdout, stderr } = await finish(spawnHardhat(["proof", "show", "0x12"], dev.env));
    expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
    expect(stderr).to.contain("next:");
  });
});
