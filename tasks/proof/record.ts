import { readFile } from "node:fs/promises";
import { hexlify, randomBytes } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { accountAttester } from "../../src/attesters/sign-digest.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import type { Environment } from "../../src/hardhat/environment.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import type { BundlePart } from "../../src/proofs/bundle.ts";
import { describeInference } from "../../src/proofs/describe-inference.ts";
import { loadProofFile } from "../../src/proofs/load-proof-file.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import { writeProofFile } from "../../src/proofs/proof-file.ts";
import { recordProof } from "../../src/proofs/record-proof.ts";
import { runModel } from "../../src/proofs/runtime/run-model.ts";
import { sealProof } from "../../src/proofs/seal-proof.ts";
import type { Backing } from "../../src/proofs/seal-proof.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { readTensorFile } from "../../src/proofs/tensor-file.ts";
import { blobIdToHex } from "../../src/walrus/blob-id.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import { writeNewFile } from "../../src/walrus/write-new-file.ts";

interface RecordArguments {
  readonly file: string;
  readonly model: string | undefined;
  readonly input: string | undefined;
  readonly attest: boolean;
  readonly publishPlaintext: boolean;
  readonly save: string | undefined;
  readonly epochs: number;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

function invalid(expected: string, found: string, cause?: unknown): ScrimshawError {
  const next = "See `npx hardhat proof record --help`.";
  return new ScrimshawError({ code: "proofs.argument-invalid", expected, found, next, cause });
}

async function readInput(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw invalid(`a readable file ${path}`, cause instanceof Error ? cause.message.slice(0, 200) : "none", cause);
  }
}

/** Pulls the model, runs it on the input and makes the proof of that. */
async function infer(
  args: RecordArguments,
  hre: HardhatRuntimeEnvironment,
  environment: Environment,
  signal: AbortSignal,
): Promise<BundlePart> {
  const { model, input } = args;
  if (model === undefined || input === undefined) {
    throw invalid("a proof file, or both --model and --input", model === undefined ? "no --model" : "no --input");
  }
  const inputs = readTensorFile(await readInput(input));
  const pulled = await pullModel({
    reference: parseReference({ text: model, addressBook: environment.addressBook }),
    registry: await environment.contract("modelRegistry"),
    store: await environment.store(),
    cache: new ModelCache({ root: hre.config.scrimshaw.cache }),
    signal,
  });
  const { manifest, manifestReference, resolved } = pulled;
  if (resolved === undefined) throw invalid("a model version of the registry", "none");
  const { runtime, outputs } = await runModel({ folder: pulled.folder, manifest, inputs, signal });
  // The chain's clock, not this machine's: a proof must not have been produced after its anchor time.
  const producedAt = BigInt((await environment.provider.getBlock("latest"))?.timestamp ?? 0);
  const { statement, evidence } = describeInference({
    model: {
      modelId: resolved.model.modelId,
      modelVersion: resolved.version.version,
      manifestHash: manifestReference.contentHash,
    },
    inputs,
    outputs,
    runtime,
    requestId: hexlify(randomBytes(32)) as Hex,
    producedAt,
    publishPlaintext: args.publishPlaintext,
  });
  const account = await environment.signer();
  const verifier = await environment.contract("attestedSignatureVerifier");
  const backing: Backing = args.attest
    ? { kind: "attester", attester: await accountAttester(account), verifier: (await verifier.getAddress()) as Hex }
    : { kind: "vanilla", submitter: await account.getAddress() };
  const proofRegistry = await (await environment.contract("proofRegistry")).getAddress();
  // A saved proof goes into a batch later, whose bundle holds its evidence.
  const blobId =
    args.save === undefined
      ? blobIdToHex((await computeBlobId({ bytes: evidence, nShards: environment.walrus.nShards, signal })).blobId)
      : undefined;
  const domain = { chainId: environment.chainId, proofRegistry };
  const sealed = await sealProof({ statement, evidence, backing, domain, ...(blobId !== undefined && { blobId }) });
  return { ...sealed, evidence };
}

export default async function record(args: RecordArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.proof-record/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      if (args.file === "" && !args.publishPlaintext) {
        progress(
          "Inputs and outputs are salted and stay unpublished: nobody can run this proof again (see --publish-plaintext)",
        );
      }
      if (args.file !== "" && args.model !== undefined) throw invalid("either a proof file or --model", "both");
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry }, from: args.from });
      try {
        const part = args.file === "" ? await infer(args, hre, environment, signal) : await loadProofFile(args.file);
        const proofId = proofIdOf(part.proof);
        const epochs = args.epochs === 0 ? environment.walrus.epochs : args.epochs;
        if (args.dryRun) {
          const encoded = encodedSize({ size: part.evidence.length, nShards: environment.walrus.nShards });
          return {
            result: { dryRun: true, proofId, evidenceSize: part.evidence.length, encodedSize: encoded, epochs },
            lines: [
              `would store   ${part.evidence.length} bytes of evidence (${encoded} encoded) for ${epochs} epochs`,
              `would record  proof ${proofId}`,
            ],
          };
        }
        if (args.save !== undefined) {
          await writeNewFile({ path: args.save, data: Buffer.from(writeProofFile(part)) });
          return { result: { proofId, file: args.save }, lines: [args.save] };
        }
        const registry = (await environment.contract("proofRegistry")).connect(await environment.signer());
        const recorded = await recordProof({
          part,
          store: await environment.store(),
          registry,
          epochs,
          signal,
          onProgress: (event) => progress(describeProgress(event)),
        });
        const { blob, alreadyRecorded, transactionHash, gasUsed } = recorded;
        return {
          result: {
            proofId,
            evidence: blob,
            alreadyRecorded,
            transactionHash: transactionHash ?? null,
            gasUsed: gasUsed ?? null,
          },
          lines: [
            `proof        ${proofId}`,
            `evidence     ${blob.blobId} (${blob.size} bytes, paid until epoch ${blob.endEpoch})`,
            alreadyRecorded ? "transaction  none, recorded before" : `transaction  ${transactionHash} (${gasUsed} gas)`,
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
