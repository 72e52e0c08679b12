import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { nitridingHashes } from "../../src/attesters/nitro/key-binding.ts";
import type { VerifiedNitroDocument } from "../../src/attesters/nitro/verify-document.ts";
import { verifyAttester } from "../../src/attesters/verify-attester.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { EXIT_CODE } from "../../src/hardhat/audit-words.ts";
import { answerLine, attesterJson, attesterLines } from "../../src/hardhat/describe-attester.ts";
import { parseDocumentTerms } from "../../src/hardhat/parse-attester-options.ts";
import type { DocumentTermsArguments } from "../../src/hardhat/parse-attester-options.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";

interface VerifyArguments extends AttesterCommandArguments, DocumentTermsArguments {
  readonly attester: string;
}

const hex = (bytes: Uint8Array | undefined): string | null =>
  bytes === undefined ? null : `0x${Buffer.from(bytes).toString("hex")}`;

/** What the enclave says in its document, for programs that go on from there, such as a client that pins its TLS certificate. */
function documentJson(document: VerifiedNitroDocument) {
  const { moduleId, timestamp, measurement, pcrs, publicKey, userData, nonce } = document;
  const tls = nitridingHashes(document)?.tlsCertificate;
  return {
    ...{ moduleId, timestamp, measurement },
    pcrs: Object.fromEntries([...pcrs].map(([index, register]) => [index, hex(register)])),
    publicKey: hex(publicKey),
    userData: hex(userData),
    nonce: hex(nonce),
    tlsCertificateSha256: hex(tls),
  };
}

export default async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand({
    schema: "scrimshaw.attester-verify/1",
    ...{ args, hre, sends: false },
    run: async ({ environment, registry, verifiers, now, signal, attesterIdOf }) => {
      const { nShards } = environment.walrus;
      const { attester, answers, outcome, document } = await verifyAttester({
        attesterId: await attesterIdOf(args.attester),
        registry,
        provider: environment.provider,
        fromBlock: (await environment.deployment()).block,
        store: await environment.store(),
        computeBlobId: async (bytes) => (await computeBlobId({ bytes, nShards, signal })).blobId,
        verifiers,
        terms: parseDocumentTerms(args),
        signal,
      });
      return {
        result: {
          attester: attesterJson(attester, now),
          answers,
          outcome,
          document: document === undefined ? null : documentJson(document),
        },
        lines: [
          ...attesterLines(attester, now),
          "",
          ...answers.map(answerLine),
          "",
          `attester ${attester.attesterId}: ${outcome}`,
        ],
        exitCode: EXIT_CODE[outcome],
      };
    },
  });
}
