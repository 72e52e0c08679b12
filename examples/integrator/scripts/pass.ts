/**
 * Publishes a model, records a proof of an inference by it, has the chain certify the model's blobs, and lets the proof pass the
 * Gatekeeper: `hardhat run scripts/pass.ts --network localhost`, beside `hardhat dev`.
 */
import { randomBytes } from "node:crypto";
import { id } from "ethers";
import hre from "hardhat";
import {
  accountAttester,
  blobIdToHex,
  certifyBlobs,
  computeBlobId,
  describeInference,
  publishModel,
  recordProof,
  sealProof,
  type Tensor,
} from "scrimshaw";
import type { modelRegistryAbi } from "scrimshaw/abi";
import type { ModelRegistry } from "scrimshaw/typechain";

type Hex = `0x${string}`;
/** ABIs keep their literal types. */
type FunctionName = Extract<(typeof modelRegistryAbi)[number], { readonly type: "function" }>["name"];
const PUBLISH = "publish" satisfies FunctionName;

const connection = await hre.network.create();
const { ethers, scrimshaw } = connection;
const [account] = await ethers.getSigners();
if (account === undefined) throw new Error("the network has no account");

// One account publishes, attests and brings Walrus's committee.
await hre.tasks.getTask(["attester", "add"]).run({ signer: account.address });
await hre.tasks.getTask(["committee", "import"]).run();

const store = await scrimshaw.store();
const modelRegistry: ModelRegistry = await scrimshaw.contract("modelRegistry");
const published = await publishModel({ folder: "model", name: "echo", store, registry: modelRegistry, epochs: 2 });
const { modelId, version, manifest, manifestReference } = published;

const echoed: Tensor = { name: "echoed", dtype: "uint8", shape: [4], data: new Uint8Array(randomBytes(4)) };
const newest = await ethers.provider.getBlock("latest");
const { statement, evidence } = await describeInference({
  model: { modelId, modelVersion: version, manifestHash: manifestReference.contentHash },
  inputs: [echoed],
  outputs: [echoed],
  runtime: { id: "echo", version: "1" },
  requestId: id("first request") as Hex,
  producedAt: BigInt(newest?.timestamp ?? 0),
});
const proofRegistry = await scrimshaw.contract("proofRegistry");
const verifier = await scrimshaw.contract("attestedSignatureVerifier");
const { chainId } = await ethers.provider.getNetwork();
const { nShards } = hre.config.walrus;
const sealed = await sealProof({
  statement,
  evidence,
  blobId: blobIdToHex((await computeBlobId({ bytes: evidence, nShards })).blobId),
  backing: {
    kind: "attester",
    attester: await accountAttester(account),
    verifier: (await verifier.getAddress()) as Hex,
  },
  domain: { chainId, proofRegistry: await proofRegistry.getAddress() },
});
const { proofId } = await recordProof({ part: { ...sealed, evidence }, store, registry: proofRegistry });

const blobIds = manifest.blobs.map((blob) => blob.id);
await certifyBlobs({
  registry: await scrimshaw.contract("blobAvailability"),
  source: account.address as Hex,
  store,
  blobIds: [manifestReference.blobId, ...blobIds],
});

const gatekeeper = await ethers.deployContract("Gatekeeper", [
  await scrimshaw.contract("proofLens"),
  await scrimshaw.contract("availabilityLens"),
  verifier,
  account.address,
]);
const transaction = await gatekeeper.getFunction("pass")(proofId, modelId, version, blobIds.map(blobIdToHex).sort());
await transaction.wait();
console.log(
  JSON.stringify({
    reference: `${account.address}/echo`,
    passed: await gatekeeper.getFunction("hasPassed")(proofId),
    version: Number(version),
    selector: modelRegistry.interface.getFunction(PUBLISH).selector,
  }),
);
await connection.close();
