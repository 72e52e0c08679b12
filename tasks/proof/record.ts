import { readFile } from "node:fs/promises";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { accountAttester } from "../../src/attesters/sign-digest.ts";
import type { AttesterSigner } from "../../src/attesters/sign-digest.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import type { ScrimshawConfig } from "../../src/hardhat/config.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { readRecipients } from "../../src/hardhat/encrypt-to.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import type { Environment } from "../../src/hardhat/environment.ts";
import { readIdentityFile } from "../../src/hardhat/identity-file.ts";
import { infer } from "../../src/hardhat/infer.ts";
import type { Inference, InferOptions } from "../../src/hardhat/infer.ts";
import { openAttester } from "../../src/hardhat/open-attester.ts";
import { describeTensor, firstValues } from "../../src/proofs/describe-tensor.ts";
import { writeDisclosureFile } from "../../src/proofs/disclosure-file.ts";
import { isEncrypted } from "../../src/proofs/encrypted-evidence.ts";
import { loadProofFile } from "../../src/proofs/load-proof-file.ts";
import { proofIdOf } from "../../src/proofs/proof.ts";
import { writeProofFile } from "../../src/proofs/proof-file.ts";
import { recordProof } from "../../src/proofs/record-proof.ts";
import { readTensorFile } from "../../src/proofs/tensor-file.ts";
import { encodedSize } from "../../src/walrus/encoding-parameters.ts";
import { writeNewFile } from "../../src/walrus/write-new-file.ts";

interface RecordArguments {
  readonly file: string;
  readonly model: string | undefined;
  readonly input: string | undefined;
  readonly request: string | undefined;
  readonly attest: boolean;
  readonly attester: string | undefined;
  readonly publishPlaintext: boolean;
  readonly encryptTo: string | undefined;
  readonly recipientsFile: string | undefined;
  readonly disclosure: string | undefined;
  readonly identityFile: string | undefined;
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

interface OpenContext {
  readonly environment: Environment;
  readonly scrimshaw: ScrimshawConfig;
  readonly signal: AbortSignal;
}

/** Where the proof comes from: an inference made now, or the file of an earlier one. */
async function open(
  args: RecordArguments,
  context: OpenContext,
): Promise<Pick<Inference, "part"> & Partial<Inference>> {
  const { file, model, input, save } = args;
  const { environment, scrimshaw, signal } = context;
  if (file !== "") return { part: await loadProofFile(file) };
  if (model === undefined || input === undefined) {
    throw invalid("a proof file, or both --model and --input", model === undefined ? "no --model" : "no --input");
  }
  const requestId = parseRequest(args.request);
  const inputs = readTensorFile(await readInput(input));
  const opening = await readIdentityFile(args.identityFile);
  const { cache } = scrimshaw;
  const attester = await attesterOf(args, context);
  const plaintextFor = await readersOf(args);
  const forBatch = save !== undefined;
  const said = { model, inputs, attester, plaintextFor, ...(requestId && { requestId }) };
  return infer({ environment, cache, signal, ...opening, ...said, forBatch });
}

/** The request id that a consumer waits for: another one's proof answers nothing there. */
function parseRequest(text: string | undefined): InferOptions["requestId"] {
  if (text === undefined) return undefined;
  if (/^0x[0-9a-fA-F]{64}$/.test(text)) return `0x${text.slice(2).toLowerCase()}`;
  throw invalid("--request as 0x and 64 hex digits", JSON.stringify(text.slice(0, 80)));
}

/** Who will find inputs and outputs in the evidence. */
async function readersOf(args: RecordArguments): Promise<InferOptions["plaintextFor"]> {
  const recipients = await readRecipients(args);
  if (recipients !== undefined && args.publishPlaintext)
    throw invalid("either --publish-plaintext or --encrypt-to", "both");
  return recipients ?? (args.publishPlaintext ? "everybody" : "nobody");
}

/** Who signs: a configured attester, the sending account, or nobody. */
async function attesterOf(
  { attester: name, attest }: RecordArguments,
  { environment, scrimshaw, signal }: OpenContext,
): Promise<AttesterSigner | undefined> {
  if (name !== undefined) return openAttester({ name, attesters: scrimshaw.attesters, environment, signal });
  return attest ? accountAttester(await environment.signer()) : undefined;
}

export default async function record(args: RecordArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.proof-record/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      if (args.file !== "" && args.model !== undefined) throw invalid("either a proof file or --model", "both");
      if (args.file !== "" && args.request !== undefined) throw invalid("either a proof file or --request", "both");
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry }, from: args.from });
      try {
        const { part, disclosure } = await open(args, { environment, scrimshaw: hre.config.scrimshaw, signal });
        const proofId = proofIdOf(part.proof);
        const epochs = args.epochs === 0 ? environment.walrus.epochs : args.epochs;
        const outputs = disclosure?.outputs ?? [];
        const shown = {
          result: { proofId, outputs: outputs.map((one) => ({ ...one, data: undefined, values: firstValues(one) })) },
          lines: [`proof        ${proofId}`, ...outputs.map((one) => `output       ${describeTensor(one)}`)],
        };
        if (args.dryRun) {
          const encoded = encodedSize({ size: part.evidence.length, nShards: environment.walrus.nShards });
          return {
            result: { ...shown.result, dryRun: true, evidenceSize: part.evidence.length, encodedSize: encoded, epochs },
            lines: [
              ...shown.lines,
              `would store   ${part.evidence.length} bytes of evidence (${encoded} encoded) for ${epochs} epochs`,
              args.save === undefined ? "would record  it on chain" : `would write   ${args.save}, for a batch`,
            ],
          };
        }
        if (disclosure !== undefined && args.disclosure !== undefined) {
          await writeNewFile({
            path: args.disclosure,
            data: Buffer.from(writeDisclosureFile(disclosure)),
            mode: 0o600,
          });
        } else if (disclosure?.inputSalt !== undefined && !isEncrypted(part.evidence)) {
          progress("The salts are not kept, so nobody can run this proof again: keep them with --disclosure <file>");
        }
        if (args.save !== undefined) {
          await writeNewFile({ path: args.save, data: Buffer.from(writeProofFile(part)) });
          return { result: { ...shown.result, file: args.save }, lines: [...shown.lines, `file         ${args.save}`] };
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
            ...shown.result,
            evidence: blob,
            alreadyRecorded,
            transactionHash: transactionHash ?? null,
            gasUsed: gasUsed ?? null,
          },
          lines: [
            ...shown.lines,
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
