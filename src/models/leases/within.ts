import { ScrimshawError } from "../../errors.ts";
import type { WalrusSystem } from "../../walrus/system.ts";
import { quoted } from "../text.ts";

const MS_PER_DAY = 86_400_000;

/** How soon a lease ends, to be renewed: in so many epochs or days. */
export type Within = { readonly epochs: number } | { readonly days: number };

/**
 * Reads `3`, epochs, or `10d`, days.
 * @throws ScrimshawError `models.within-invalid`
 */
export function parseWithin(text: string): Within {
  const match = /^(\d{1,5})(d?)$/.exec(text);
  if (match !== null) return match[2] === "d" ? { days: Number(match[1]) } : { epochs: Number(match[1]) };
  throw new ScrimshawError({
    code: "models.within-invalid",
    expected: "a number of epochs like 3, or of days like 10d",
    found: quoted(text),
    next: "Write for example --all-expiring-within 10d.",
  });
}

/**
 * The last end epoch that counts as soon: what ends then, or before, is to be renewed.
 * @throws ScrimshawError `models.epoch-length-unknown`
 */
export function lastEndWithin(
  within: Within,
  { system, now = Date.now() }: { readonly system: WalrusSystem; readonly now?: number },
): number {
  if ("epochs" in within) return system.epoch + within.epochs;
  const { epoch, epochStartedAt, epochSeconds } = system;
  if (epochStartedAt === undefined || epochSeconds === undefined) {
    throw new ScrimshawError({
      code: "models.epoch-length-unknown",
      expected: "epochs that follow a clock, to count days",
      found: `${system.source}, which tells no length of an epoch`,
      next: "Count in epochs instead, for example --all-expiring-within 3.",
    });
  }
  const soon = now + within.days * MS_PER_DAY - epochStartedAt.getTime();
  return epoch + Math.max(Math.floor(soon / (epochSeconds * 1000)), 0);
}
