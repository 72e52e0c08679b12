import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { describeChecks, EXIT_CODE } from "../../src/hardhat/audit-words.ts";
import { readIdentityFile } from "../../src/hardhat/identity-file.ts";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../src/hardhat/model-command.ts";
import { verifyProgress } from "../../src/hardhat/transfer-progress.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { parsePatterns } from "../../src/models/parse-patterns.ts";
import { parseSize } from "../../src/models/parse-size.ts";
import type { ModelCheck } from "../../src/models/verify/report.ts";
import { verifyModel } from "../../src/models/verify/verify-model.ts";

interface VerifyArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly folder: string | undefined;
  readonly include: string | undefined;
  readonly allowExtra: boolean;
  readonly deep: boolean;
  readonly maxSize: string | undefined;
  readonly identityFile: string | undefined;
  readonly cache: string | undefined;
}

function line({ check, about, detail }: ModelCheck): string {
  return `${check.padEnd(16)}  ${about === undefined ? "" : `${about}: `}${detail}`;
}

export default async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-verify/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, environment, referenceOf, signal, progress, terminal }) => {
      const { folder, include, allowExtra, deep, maxSize } = args;
      const report = await verifyModel({
        ...{ reference: referenceOf(args.reference), registry, signal, allowExtra },
        store: await environment.store(),
        cache: new ModelCache({ root: args.cache ?? hre.config.scrimshaw.cache }),
        ...(folder !== undefined && { folder: resolve(folder) }),
        ...(include !== undefined && { include: parsePatterns(include) }),
        ...(deep && { deep: { nShards: environment.walrus.nShards } }),
        ...(maxSize !== undefined && { maxSize: parseSize(maxSize) }),
        ...(await readIdentityFile(args.identityFile)),
        onProgress: verifyProgress({ progress, terminal }),
      });
      const { model, version, outcome } = report;
      const subject = `${model.creator}/${model.name}@${String(version.version)}`;
      return {
        result: { ...report, folder: report.folder ?? null },
        lines: describeChecks({ ...report, subject, line }),
        exitCode: EXIT_CODE[outcome],
      };
    },
  });
}
