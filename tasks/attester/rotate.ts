import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { admissionForChain } from "../../src/attesters/add-attester.ts";
import { attesterIdOf } from "../../src/attesters/attester-id.ts";
import { requireAttester } from "../../src/attesters/records.ts";
import { rotateAttester } from "../../src/attesters/rotate-attester.ts";
import { callChain } from "../../src/chain/revert.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, attesterLines, sentLine } from "../../src/hardhat/describe-attester.ts";
import { parseSeconds } from "../../src/hardhat/parse-attester-options.ts";
import { documentLines, dryAdmission, prepareAdmission, storePrepared } from "../../src/hardhat/prepare-admission.ts";
import type { AdmissionArguments } from "../../src/hardhat/prepare-admission.ts";

interface RotateArguments extends AttesterCommandArguments, AdmissionArguments {
  readonly attester: string;
  readonly signer: string;
  readonly overlap: string;
  readonly possession: boolean;
  readonly dryRun: boolean;
}

export default async function rotate(args: RotateArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand<object>({
    schema: "scrimshaw.attester-rotate/1",
    ...{ args, hre, sends: true },
    run: async (context) => {
      const { registry, signal, onProgress, signerOf, openAttester } = context;
      const attesterId = await context.attesterIdOf(args.attester);
      const prepared = await prepareAdmission(await signerOf(args.signer), args, context);
      const { admission, document } = prepared;
      const overlap = parseSeconds(args.overlap, "--overlap");
      const standing = await requireAttester(registry, attesterId);
      if (standing.successor !== attesterIdOf(admission.signer)) {
        await callChain({
          what: "rotate the attester",
          call: () => registry.rotate.staticCall(attesterId, admissionForChain(admission), overlap, "0x"),
          interfaces: [registry.interface],
        });
      }
      if (args.dryRun) return dryAdmission(prepared, args.epochs, context);
      const holder = args.possession ? { holder: await openAttester(args.signer) } : {};
      const stored = document && (await storePrepared(document, args.epochs, context));
      const rotation = { registry, attesterId, successor: admission, overlap, ...holder };
      const { before, successor, transaction } = await rotateAttester({ ...rotation, signal, onProgress });
      const after = await newestTime(registry);
      return {
        result: {
          before: attesterJson(before, after),
          successor: attesterJson(successor, after),
          binding: document?.binding ?? null,
          endEpoch: stored?.endEpoch ?? null,
          transaction: transaction ?? null,
        },
        lines: [
          ...attesterLines(before, after),
          "",
          ...attesterLines(successor, after),
          ...documentLines(document, after),
          sentLine(transaction, "rotated before"),
        ],
      };
    },
  });
}
