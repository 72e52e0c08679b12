import { createHash } from "node:crypto";
import { expect } from "chai";
import { useConsumer } from "./support/consumer.ts";

/** The names of the design that exist so far; the others come with what they do. */
const PUBLIC = [
  "HttpBlobStore",
  "ModelCache",
  "SdkBlobStore",
  "auditProof",
  "blobIdFromHex",
  "blobIdToHex",
  "collectCertificate",
  "computeBlobId",
  "publishModel",
  "pullModel",
  "recordProof",
  "settleBatch",
  "verifyModel",
];

/** What an error says, from an expression that throws one. */
const told = (expression: string): string =>
  `await (async () => { await ${expression}; return undefined; })().catch(({ code, next }) => ({ code, next }))`;

describe("An installed package", () => {
  const consumer = useConsumer();

  it("gives its public names", async () => {
    const names = await consumer.evaluate(`
      import * as library from "scrimshaw";
      console.log(JSON.stringify(Object.entries(library).filter(([, value]) => typeof value === "function").map(([name]) => name)));
    `);
    expect(names).to.include.members(PUBLIC);
  });

  it("gives the local network, the plugin, typings, ABIs, modules, artifacts, schema and deployments under paths of their own", async () => {
    const found = await consumer.evaluate(`
      import { LocalWalrus } from "scrimshaw/local";
      import plugin from "scrimshaw/hardhat";
      import { ModelRegistry__factory } from "scrimshaw/typechain";
      import { modelRegistryAbi } from "scrimshaw/abi";
      import module from "scrimshaw/ignition/Scrimshaw";
      import artifact from "scrimshaw/artifacts/contracts/lenses/ProofLens.sol/ProofLens.json" with { type: "json" };
      import schema from "scrimshaw/schema/model-1.schema.json" with { type: "json" };
      import deployments from "scrimshaw/deployments.json" with { type: "json" };
      const contract = import.meta.resolve("scrimshaw/contracts/interfaces/IProofLens.sol");
      console.log(JSON.stringify([
        typeof LocalWalrus, plugin.id, ModelRegistry__factory.abi.length === modelRegistryAbi.length, module.id,
        artifact.contractName, typeof schema, typeof deployments, contract.endsWith("/contracts/interfaces/IProofLens.sol"),
      ]));
    `);
    expect(found).to.deep.equal(["function", "scrimshaw", true, "Scrimshaw", "ProofLens", "object", "object", true]);
  });

  it("finds the scripts of its workers: for Blob IDs, hashes and slivers", async () => {
    const found = await consumer.evaluate(`
      import { writeFileSync } from "node:fs";
      import { computeBlobId } from "scrimshaw";
      const inside = (file) => import(new URL(file, import.meta.resolve("scrimshaw")));
      const { HashThread } = await inside("./walrus/hash-thread.js");
      const { SliverCodec } = await inside("./walrus/slivers/sliver-codec.js");
      const bytes = new Uint8Array(1000).fill(7);
      writeFileSync("bytes", bytes);
      const { blobId, contentHash } = await computeBlobId({ bytes, nShards: 10 });
      await using thread = new HashThread({ leastSize: 0 });
      using hash = thread.open(bytes.length);
      await using codec = new SliverCodec();
      const encoded = await codec.encode({ path: "bytes", target: "slivers", size: bytes.length, nShards: 10 });
      hash.add(bytes.slice());
      console.log(JSON.stringify({
        hashed: [await hash.end(), contentHash, thread.running],
        encoded: encoded.blobId === blobId,
      }));
    `);
    const sha256 = "0x" + createHash("sha256").update(new Uint8Array(1000).fill(7)).digest("hex");
    expect(found).to.deep.equal({ hashed: [sha256, sha256, true], encoded: true });
  });

  it("says what to install where an optional peer is missing", async () => {
    const errors = await consumer.evaluate(`
      import { SDK_NETWORKS, SdkBlobStore, suiSignerFromSecret, suiSystem } from "scrimshaw";
      const { OnnxSession } = await import(new URL("./proofs/runtime/onnx-session.js", import.meta.resolve("scrimshaw")));
      const store = new SdkBlobStore({ network: "testnet", journalDir: "/nowhere" });
      console.log(JSON.stringify([
        ${told('store.get({ blobId: "A".repeat(43) })')},
        ${told("store.put({ bytes: new Uint8Array(1) })")},
        ${told('suiSignerFromSecret("")')},
        ${told("suiSystem({ network: SDK_NETWORKS.testnet }).system()")},
        ${told("OnnxSession.open({ model: new Uint8Array() })")},
      ]));
    `);
    const sdk = { code: "walrus.sdk-missing", next: "Run: npm install @mysten/sui @mysten/walrus" };
    const onnx = { code: "runtime.missing", next: "Run: npm install onnxruntime-web" };
    expect(errors).to.deep.equal([sdk, sdk, sdk, sdk, onnx]);
  });
});
