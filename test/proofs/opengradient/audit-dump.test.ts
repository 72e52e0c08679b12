import { StandardMerkleTree } from "@openzeppelin/merkle-tree";
import { expect } from "chai";
import { concat, keccak256, toBeHex } from "ethers";
import { constants, generateKeyPairSync, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";

import { auditDump, teeIdOf } from "../../../src/proofs/opengradient/audit-dump.ts";
import { readDump } from "../../../src/proofs/opengradient/read-dump.ts";
import type { Hex } from "../../../src/proofs/statement.ts";
import { rejection } from "../../support/rejection.ts";
import { bytes32 } from "../support/sample-proof.ts";

type Row = [string, string, string, string, string];
const TYPES = ["bytes32", "bytes32", "bytes32", "bytes", "uint256"];
const enclave = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** A leaf as OpenGradient's enclave and facilitator make it, written out here once more on purpose. */
function row(label: string, key: KeyObject = enclave.privateKey, publicKey: KeyObject = enclave.publicKey): Row {
  const timestamp = 1_765_872_026n;
  const [input, output] = [bytes32(`${label} input`), bytes32(`${label} output`)];
  const message = keccak256(concat([input, output, toBeHex(timestamp, 32)]));
  const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signature = sign("sha256", Buffer.from(message.slice(2), "hex"), pss);
  const teeId = keccak256(publicKey.export({ type: "spki", format: "der" }));
  return [teeId, input, output, `0x${signature.toString("hex")}`, timestamp.toString()];
}

function dumpOf(rows: readonly Row[]): { readonly text: string; readonly root: Hex } {
  const tree = StandardMerkleTree.of([...rows], TYPES);
  return { text: JSON.stringify(tree.dump()), root: tree.root as Hex };
}

const keys = [enclave.publicKey];

describe("an audit of a batch that OpenGradient settled", () => {
  const rows = Array.from({ length: 9 }, (_, i) => row(String(i)));
  const { text, root } = dumpOf(rows);

  it("passes a dump whose leaves build the root and are signed by their enclave", async () => {
    const report = await auditDump({ leaves: readDump(text), root, count: 9, keys });
    expect(report.outcome).to.equal("passed");
    expect(report.checks.map(({ check }) => check)).to.deep.equal(["root", "count", ...Array<string>(9).fill("seal")]);
    expect(teeIdOf(enclave.publicKey)).to.equal(rows[0]?.[0]);
  });

  it("finds a leaf that is not under the root on chain", async () => {
    const report = await auditDump({ leaves: readDump(text), root: bytes32("another root"), count: 9, keys });
    expect(report.outcome).to.equal("failed");
    expect(report.checks.filter(({ status }) => status === "failed").map(({ check }) => check)).to.deep.equal(["root"]);
  });

  it("builds the tree from the leaves, whatever the dump says of its nodes", async () => {
    const lie = JSON.parse(text) as { tree: string[]; values: { value: string[] }[] };
    lie.values[3]?.value.splice(2, 1, bytes32("another output"));
    const report = await auditDump({ leaves: readDump(JSON.stringify(lie)), root, count: 9, keys });
    const failed = report.checks.filter(({ status }) => status === "failed");
    expect(failed.map(({ check, leaf }) => [check, leaf])).to.deep.equal([
      ["root", undefined],
      ["seal", 3],
    ]);
  });

  it("finds a signature of another key under a true root", async () => {
    const forged = dumpOf([...rows, row("forged", other.privateKey)]);
    const report = await auditDump({ leaves: readDump(forged.text), root: forged.root, count: 10, keys });
    const failed = report.checks.filter(({ status }) => status === "failed");
    expect(failed.map(({ check, leaf }) => [check, leaf])).to.deep.equal([["seal", 9]]);
  });

  it("finds an inference that was settled twice in a batch", async () => {
    const twice = dumpOf([...rows, row("4")]);
    const report = await auditDump({ leaves: readDump(twice.text), root: twice.root, count: 10, keys });
    const failed = report.checks.filter(({ status }) => status === "failed");
    expect(failed.map(({ check, leaf }) => [check, leaf])).to.deep.equal([["twin", 9]]);
  });

  it("finds that the event names another number of leaves", async () => {
    const report = await auditDump({ leaves: readDump(text), root, count: 10, keys });
    const failed = report.checks.filter(({ status }) => status === "failed");
    expect(failed.map(({ check }) => check)).to.deep.equal(["count"]);
  });

  it("says what it did not check: enclaves whose key is not at hand, and a batch size that nobody gave", async () => {
    const mixed = dumpOf([...rows, row("foreign", other.privateKey, other.publicKey)]);
    const report = await auditDump({ leaves: readDump(mixed.text), root: mixed.root, keys });
    expect(report.outcome).to.equal("incomplete");
    const open = report.checks.filter(({ status }) => status === "not-checked");
    expect(open.map(({ check, leaf }) => [check, leaf])).to.deep.equal([
      ["count", undefined],
      ["seal", 9],
    ]);
  });

  const dump = JSON.parse(text) as Record<string, unknown>;
  const broken: readonly (readonly [string, string])[] = [
    ["no JSON", "{"],
    ["another format", JSON.stringify({ ...dump, format: "simple-v1" })],
    ["leaves of other types", JSON.stringify({ ...dump, leafEncoding: ["bytes32"] })],
    ["no leaves", JSON.stringify({ ...dump, values: [] })],
    ["a short hash", JSON.stringify({ ...dump, values: [{ value: ["0x12", ...(rows[0]?.slice(1) ?? [])] }] })],
    [
      "a time beyond uint256",
      JSON.stringify({ ...dump, values: [{ value: [...(rows[0]?.slice(0, 4) ?? []), "9".repeat(78)] }] }),
    ],
    [
      "a signature without end",
      JSON.stringify({
        ...dump,
        values: [{ value: [...(rows[0]?.slice(0, 3) ?? []), `0x${"00".repeat(5_000)}`, "1"] }],
      }),
    ],
  ];
  for (const [what, file] of broken) {
    it(`refuses a dump with ${what}`, async () => {
      expect(await rejection(() => Promise.resolve().then(() => readDump(file)))).to.include({
        code: "proofs.dump-invalid",
      });
    });
  }
});
