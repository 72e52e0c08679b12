import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { addAttester, findSameAttester, requireAdmissible } from "../../src/attesters/add-attester.ts";
import { newestTime } from "../../src/attesters/newest-time.ts";
import { requireNotEnded } from "../../src/attesters/standing.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { attesterJson, attesterLines, sentLine } from "../../src/hardhat/describe-attester.ts";
import { documentLines, dryAdmission, prepareAdmission, storePrepared } from "../../src/hardhat/prepare-admission.ts";
import type { AdmissionArguments } from "../../src/hardhat/prepare-admission.ts";

interface AddArguments extends AttesterCommandArguments, AdmissionArguments {
  readonly signer: string;
  readonly dryRun: boolean;
}

export default async function add(args: AddArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand<object>({
    schema: "scrimshaw.attester-add/1",
    ...{ args, hre, sends: true },
    run: async (context) => {
      const { registry, signal, progress, onProgress, signerOf } = context;
      const prepared = await prepareAdmission(await signerOf(args.signer), args, context);
      const { admission, document } = prepared;
      const standing = await findSameAttester(registry, admission);
      if (standing === undefined) await requireAdmissible(registry, admission);
      else requireNotEnded(standing, await newestTime(registry));
      if (args.dryRun) return dryAdmission(prepared, args.epochs, context);
      const stored = document && (await storePrepared(document, args.epochs, context));
      progress(`Adding the attester ${admission.signer.slice(0, 42)}`);
      const { attester, transaction } = await addAttester({ registry, ...admission, signal, onProgress });
      const after = await newestTime(registry);
      return {
        result: {
          ...attesterJson(attester, after),
          binding: document?.binding ?? null,
          endEpoch: stored?.endEpoch ?? null,
          alreadyAdded: transaction === undefined,
          transaction: transaction ?? null,
        },
        lines: [
          ...attesterLines(attester, after),
          ...documentLines(document, after),
          ...(stored === undefined ? [] : [`stored       the document is paid until epoch ${stored.endEpoch}`]),
          sentLine(transaction, "added before"),
        ],
      };
    },
  });
}
