import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import { callChain } from "../../chain/revert.ts";
import type { SignDigest } from "../../chain/sign-digest.ts";
import { ScrimshawError } from "../../errors.ts";
import type { StoredRelease } from "../publish.ts";
import { readPublishState } from "../publish-state.ts";
import { messageOf, publishForArguments } from "./release-wish.ts";
import type { SignedRelease } from "./release-wish.ts";

/** How long a wish may be carried out unless its publisher says otherwise: a week. */
const DEFAULT_SECONDS = 7 * 86_400;

export interface SignReleaseOptions {
  /** Only read. */
  readonly registry: ModelRegistry;
  /** What `storeRelease` gave, or what is known to be stored. */
  readonly release: Pick<StoredRelease, "creator" | "name" | "label" | "manifestReference" | "blobsHash" | "endEpoch">;
  /** Whose signature it is going to be: the owner, or somebody whom it lets publish. */
  readonly publisher: string;
  readonly sign: SignDigest;
  /** Last second, in Unix seconds, in which it may be sent. Default: a week from now. */
  readonly deadline?: bigint;
}

/**
 * Signs a release, so that somebody else can send it and pay for it: see `relayRelease`. It can become the version that comes next
 * now, and no other: once that version exists, the signature is spent.
 * @throws ScrimshawError `models.model-unknown`, `models.not-publisher`, `models.deadline-passed`, errors of the room `chain`, for
 *   one `chain.reverted` if the signature is not the publisher's
 * @example
 * const { release } = await storeRelease({ folder: "model", name: "iris", registry, store, account: wallet.address });
 * const signed = await signRelease({ registry, release, publisher: wallet.address, sign: signWithAccount(wallet) });
 */
export async function signRelease(options: SignReleaseOptions): Promise<SignedRelease> {
  const { registry, release, publisher, sign } = options;
  const { creator, name, label, manifestReference, blobsHash, endEpoch } = release;
  const now = BigInt(Math.floor(Date.now() / 1000));
  const { deadline = now + BigInt(DEFAULT_SECONDS) } = options;
  requireTimeLeft({ deadline, now });
  const { model } = await readPublishState({ registry, account: publisher, creator, name, label });
  if (model === undefined) throw notRegistered(creator, name);
  const chainId = await chainIdOf(registry);
  const wish = {
    ...{ chainId, registry: await registry.getAddress(), creator, name, version: model.versionCount + 1 },
    ...{ manifestReference, blobsHash, endEpoch, label, publisher, deadline },
  };
  const { digest, message } = messageOf(wish);
  const signed = { ...wish, signature: await sign(digest, message) };
  // The registry's own answer, so that no relayer learns first that the signature is another's or of another form.
  await callChain({
    what: "take the signed release",
    interfaces: [registry.interface],
    call: () => registry.publishFor.staticCall(...publishForArguments(signed)),
  });
  return signed;
}

/** @throws ScrimshawError `models.deadline-passed` */
export function requireTimeLeft({ deadline, now }: { readonly deadline: bigint; readonly now: bigint }): void {
  if (deadline >= now) return;
  throw new ScrimshawError({
    code: "models.deadline-passed",
    expected: `a deadline not before second ${now}`,
    found: `second ${deadline}`,
    next: "Sign again with a later --deadline.",
  });
}

/**
 * The id of the chain that a registry is read from.
 * @throws ScrimshawError errors of the room `chain`
 */
export function chainIdOf(registry: ModelRegistry): Promise<bigint> {
  return callChain({
    what: "read the chain's id",
    call: async () => {
      const network = await registry.runner?.provider?.getNetwork();
      if (network === undefined) throw new TypeError("the registry is not connected to a chain");
      return network.chainId;
    },
  });
}

function notRegistered(creator: string, name: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.model-unknown",
    expected: `the model ${creator}/${name} in the registry, for a signature names it`,
    found: "no such model",
    next: `Register it first with \`npx hardhat model register ${name}\`: only its creator can.`,
  });
}
