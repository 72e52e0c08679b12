import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { findPrices } from "../../src/hardhat/describe-cost.ts";
import {
  describeOutcome,
  describeRenewals,
  outcomeResult,
  previewResult,
  renewalCost,
} from "../../src/hardhat/describe-renewal.ts";
import { isLocal } from "../../src/hardhat/is-local.ts";
import { parseWal, requireCheap } from "../../src/hardhat/max-cost.ts";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments, ModelCommandContext } from "../../src/hardhat/model-command.ts";
import { renewProgress } from "../../src/hardhat/renew-progress.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { expiringVersions } from "../../src/models/leases/expiring-versions.ts";
import { previewRenewal } from "../../src/models/leases/preview-renewal.ts";
import type { RenewalPreview } from "../../src/models/leases/preview-renewal.ts";
import { currentSystem } from "../../src/models/leases/renew-version.ts";
import { renewVersions } from "../../src/models/leases/renew-versions.ts";
import { lastEndWithin, parseWithin } from "../../src/models/leases/within.ts";
import { accountOf } from "../../src/models/register.ts";
import { resolveVersion } from "../../src/models/resolve.ts";
import type { ResolvedVersion } from "../../src/models/resolve.ts";
import type { BlobStore } from "../../src/walrus/blob-store.ts";
import { checkEpochs } from "../../src/walrus/epochs.ts";
import type { WalrusSystem } from "../../src/walrus/system.ts";

interface RenewArguments extends ModelCommandArguments {
  readonly reference: string;
  readonly allExpiringWithin: string | undefined;
  readonly epochs: number;
  readonly maxCost: string | undefined;
  readonly documents: boolean;
  readonly thorough: boolean;
  readonly dryRun: boolean;
  readonly yes: boolean;
}

function requireOneSubject({ reference, allExpiringWithin: within }: RenewArguments): void {
  if ((reference === "") !== (within === undefined)) return;
  throw new ScrimshawError({
    code: "models.argument-invalid",
    expected: "a version, or --all-expiring-within <epochs, or days as 10d>",
    found: within === undefined ? "neither" : "both",
    next: "Name one version, or let all of your models' versions be looked at that end soon.",
  });
}

interface Selection {
  readonly store: BlobStore;
  readonly now: WalrusSystem;
  readonly account: string;
}

/** The version that was named, or those that end soon. */
async function* select(
  args: RenewArguments,
  { registry, environment, referenceOf, signal }: ModelCommandContext,
  { store, now, account }: Selection,
): AsyncGenerator<ResolvedVersion> {
  const { allExpiringWithin: within, thorough } = args;
  if (within === undefined) {
    yield await resolveVersion({ registry, reference: referenceOf(args.reference), signal });
    return;
  }
  const { provider } = environment;
  const { block: fromBlock } = await environment.deployment();
  const lastEnd = lastEndWithin(parseWithin(within), { system: now });
  const chain = { registry, account, provider, fromBlock, signal };
  yield* expiringVersions({ ...chain, store, epoch: now.epoch, lastEnd, thorough });
}

export default async function renew(args: RenewArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand<object>({
    schema: "scrimshaw.model-renew/1",
    ...{ args, hre, sends: true },
    run: async (context) => {
      requireOneSubject(args);
      const most = args.maxCost === undefined ? undefined : parseWal(args.maxCost);
      const { registry, environment, signal, progress, confirm, onSent } = context;
      const { walrus } = environment;
      const [store, system] = [await environment.store(), await openSystem(hre)];
      const now = await currentSystem(system, signal);
      const account = await accountOf(registry);
      const epochs = args.epochs === 0 ? walrus.epochs : args.epochs;
      checkEpochs(epochs);
      const cache = new ModelCache({ root: hre.config.scrimshaw.cache });
      const common = { registry, store, system, epochs, cache, signal };
      const versions = (): AsyncGenerator<ResolvedVersion> => select(args, context, { store, now, account });

      const asks = !(args.yes || isLocal(environment));
      if (args.dryRun || asks || most !== undefined) {
        const known = await findPrices({ configured: walrus.prices, system, nShards: walrus.nShards, signal });
        const documentsOf = args.documents ? account : undefined;
        const terms = {
          ...common,
          documentsOf,
          counted: new Set<string>(),
          nShards: walrus.nShards,
          prices: known?.prices,
        };
        const previews: RenewalPreview[] = [];
        for await (const resolved of versions()) previews.push(await previewRenewal({ ...terms, resolved }));
        const lines = describeRenewals(previews, known);
        if (args.dryRun) {
          const cost = { ...renewalCost(previews), source: known?.source ?? null };
          return { result: { dryRun: true, epochs, versions: previews.map(previewResult), cost }, lines };
        }
        if (most !== undefined) requireCheap({ cost: renewalCost(previews).again, most });
        if (asks) await confirm({ lines, question: `Pay for that on ${environment.networkName}?` });
      }

      const work = { ...common, documents: args.documents, onSent, onProgress: renewProgress(progress) };
      const outcomes = await renewVersions({ ...work, versions: versions() });
      const [only] = outcomes;
      // A version that was named is what the command is about; among many, the others count too.
      if (args.allExpiringWithin === undefined && only?.kind === "failed") throw only.problem;
      const complete = outcomes.every((outcome) => outcome.kind === "renewed" && outcome.renewed.complete);
      const lines = outcomes.flatMap((outcome) => describeOutcome(outcome, now));
      return {
        result: { epochs, complete, versions: outcomes.map(outcomeResult) },
        lines: lines.length === 0 ? ["nothing ends so soon"] : lines,
        exitCode: complete ? 0 : 2,
      };
    },
  });
}
