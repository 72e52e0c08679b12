import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { AttesterRegistry } from "../../typechain/AttesterRegistry.ts";
import { newestTime } from "../attesters/newest-time.ts";
import type { AttesterSigner, Hex } from "../attesters/sign-digest.ts";
import type { KeyVerifiers } from "../attesters/signer-key.ts";
import type { SendProgress } from "../chain/send.ts";
import type { BlobProgress } from "../walrus/blob-store.ts";
import { runCommand } from "./command.ts";
import type { CommandContext, CommandOutcome } from "./command.ts";
import { describeProgress } from "./describe-progress.ts";
import { openEnvironment } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { keyVerifiers, openAttester } from "./open-attester.ts";
import { parseAttesterId, parseSigner } from "./parse-signer.ts";

/** The options that commands about the AttesterRegistry share. */
export interface AttesterCommandArguments {
  readonly registry: string | undefined;
  readonly from?: string | undefined;
  readonly json: boolean;
}

export interface AttesterCommandContext extends CommandContext {
  readonly environment: Environment;
  /** Connected to the sending account where the command sends. */
  readonly registry: AttesterRegistry;
  readonly verifiers: KeyVerifiers;
  /** Time of the newest block, in Unix seconds: what counts now. */
  readonly now: bigint;
  /** Who a name, an address, a key or a file stands for. */
  readonly signerOf: (text: string) => Promise<Hex>;
  readonly attesterIdOf: (text: string) => Promise<Hex>;
  /** The configured attester of a name, which can sign. */
  readonly openAttester: (name: string) => Promise<AttesterSigner>;
  readonly onProgress: (event: BlobProgress | SendProgress) => void;
}

export interface AttesterCommandOptions<T> {
  readonly schema: string;
  readonly args: AttesterCommandArguments;
  readonly hre: HardhatRuntimeEnvironment;
  /** Whether the command sends transactions, from `--from`. */
  readonly sends: boolean;
  readonly run: (context: AttesterCommandContext) => Promise<CommandOutcome<NoInfer<T>>>;
}

/** Runs a command about the AttesterRegistry: opens the chain, and closes it whatever happens. Never rejects. */
export async function runAttesterCommand<T = unknown>(options: AttesterCommandOptions<T>): Promise<void> {
  const { schema, args, hre, sends, run } = options;
  await runCommand<T>({
    schema,
    json: args.json,
    run: async (context) => {
      const environment = await openEnvironment(hre, {
        addresses: { attesterRegistry: args.registry },
        from: args.from,
      });
      try {
        const registry = await environment.contract("attesterRegistry");
        const verifiers = await keyVerifiers(environment);
        const { attesters } = hre.config.scrimshaw;
        const { addressBook } = environment;
        const open = (name: string) => openAttester({ name, attesters, environment, signal: context.signal });
        const parsing = { addressBook, verifiers, attesters: Object.keys(attesters), openAttester: open };
        return await run({
          ...context,
          environment,
          registry: sends ? registry.connect(await environment.signer()) : registry,
          verifiers,
          now: await newestTime(registry),
          signerOf: (text) => parseSigner(text, parsing),
          attesterIdOf: (text) => parseAttesterId(text, parsing),
          openAttester: open,
          onProgress: (event) => context.progress(describeProgress(event)),
        });
      } finally {
        await environment.close();
      }
    },
  });
}
