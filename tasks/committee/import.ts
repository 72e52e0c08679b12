import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { Hex } from "../../src/chain/sign-digest.ts";
import { type ChainCommittee, committeeForChain, epochTime } from "../../src/availability/chain-committee.ts";
import {
  MAX_COMMITTEE_FILE_BYTES,
  readCommitteeFile,
  writeCommitteeFile,
} from "../../src/availability/committee-file.ts";
import { describeChange, describeCommittee } from "../../src/availability/describe-committee.ts";
import { findCommittee } from "../../src/availability/find-committee.ts";
import { importCommittee, isImported } from "../../src/availability/import-committee.ts";
import { readBoundedText } from "../../src/bounded-text.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeProgress } from "../../src/hardhat/describe-progress.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { isLocal } from "../../src/hardhat/is-local.ts";
import { parseTime } from "../../src/hardhat/parse-time.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { requireNoFile, writeNewFile } from "../../src/walrus/write-new-file.ts";

interface ImportArguments {
  readonly file: string | undefined;
  readonly startsAt: string | undefined;
  readonly duration: number;
  readonly save: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

interface Found {
  readonly committee: ChainCommittee;
  /** As `--save` writes it. */
  readonly text: string;
}

async function fromFile(path: string): Promise<Found> {
  const text = await readBoundedText(path, MAX_COMMITTEE_FILE_BYTES).catch((cause: unknown) => {
    throw new ScrimshawError({
      code: "availability.file-unreadable",
      expected: `a readable file ${path}`,
      found: cause instanceof Error ? cause.message.slice(0, 200) : "none",
      next: "Check the path.",
      cause,
    });
  });
  return { committee: readCommitteeFile(text), text };
}

async function fromNetwork(
  { startsAt, duration }: ImportArguments,
  hre: HardhatRuntimeEnvironment,
  signal: AbortSignal,
): Promise<Found> {
  const source = await openSystem(hre);
  const [system, committee] = [await source.system({ signal }), await source.committee({ signal })];
  if (system === undefined || committee === undefined || system.epoch !== committee.epoch) {
    throw new ScrimshawError({
      code: "walrus.no-committee",
      expected: "a network that tells its committee, and no change of epoch meanwhile",
      found: system === undefined ? "none" : `epoch ${system.epoch}, and a committee of ${committee?.epoch ?? "none"}`,
      next: "Check walrus.network in hardhat.config.ts, or run the command again.",
    });
  }
  const time = epochTime(system, {
    ...(startsAt !== undefined && { startsAt: parseTime({ text: startsAt, option: "--starts-at" }) }),
    ...(duration !== 0 && { duration }),
  });
  return { committee: committeeForChain(committee, time), text: writeCommitteeFile(committee, time) };
}

export default async function importTask(args: ImportArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.committee-import/1",
    json: args.json,
    run: async ({ signal, progress, confirm }) => {
      if (args.save !== undefined) await requireNoFile(resolve(args.save));
      const { committee, text } =
        args.file === undefined ? await fromNetwork(args, hre, signal) : await fromFile(args.file);
      const environment = await openEnvironment(hre, {
        addresses: { walrusCommittees: args.registry },
        from: args.from,
      });
      try {
        const signer = await environment.signer();
        const source = (await signer.getAddress()) as Hex;
        const registry = (await environment.contract("walrusCommittees")).connect(signer);
        const { epoch } = committee;
        const before = epoch === 0 ? undefined : await findCommittee({ registry, source, epoch: epoch - 1 });
        const lines = [
          `source       ${source}`,
          ...describeCommittee(committee),
          ...(before === undefined ? [] : [describeChange(before, committee)]),
        ];
        const saved = args.save === undefined ? null : resolve(args.save);
        const kept = saved === null ? [] : [`saved        ${saved}`];
        const save = async (): Promise<void> => {
          if (saved !== null) await writeNewFile({ path: saved, data: Buffer.from(text) });
        };
        const { publicKeys, ...shown } = committee;
        const result = { source, ...shown, members: committee.weights.length, publicKeys, saved };
        const there = await isImported({ registry, source, committee });
        if (args.dryRun) {
          await save();
          const would = `would import ${there ? "nothing: the source has brought it before" : "it"}`;
          return { result: { ...result, dryRun: true, alreadyImported: there }, lines: [...lines, would, ...kept] };
        }
        const { chainId, walrus } = environment;
        if (!there && !args.yes && !isLocal({ chainId, walrus }))
          await confirm({ lines, question: "Import this committee?" });
        const imported = await importCommittee({
          ...{ registry, source, committee, signal },
          onProgress: (event) => progress(describeProgress(event)),
        });
        await save();
        const { transactionHash = null, gasUsed = null } = imported;
        const sent =
          transactionHash === null ? "none, brought before" : `${transactionHash} (${gasUsed?.toString() ?? "?"} gas)`;
        return {
          result: { ...result, alreadyImported: transactionHash === null, transactionHash, gasUsed },
          lines: [...lines, `transaction  ${sent}`, ...kept],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
