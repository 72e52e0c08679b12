import { z } from "zod";

import { ScrimshawError } from "../../errors.ts";
import { encodedSize } from "../encoding-parameters.ts";
import { endpointUrl } from "../endpoint.ts";
import type { TransferLimits } from "../exchange.ts";
import { fetchJson } from "../fetch-json.ts";

const Amount = z.int().min(0);
const Shape = z.union([
  z.literal("no_tip"),
  z.object({
    send_tip: z.object({
      address: z.templateLiteral(["0x", z.string().regex(/^[0-9a-f]{64}$/)]),
      kind: z.union([
        z.object({ const: Amount }),
        z.object({ linear: z.object({ base: Amount, encoded_size_mul_per_kib: Amount }) }),
      ]),
    }),
  }),
]);

/** What an upload relay wants for one blob. */
export interface RelayTip {
  /** Sui address that is paid. */
  readonly address: string;
  /** MIST, a billionth of a SUI. */
  readonly amount: bigint;
}

/**
 * Asks an upload relay for its tip; undefined where it wants none.
 * @throws ScrimshawError `walrus.relay-tip-above-cap`, and the errors of a request
 */
export async function readRelayTip({
  host,
  size,
  nShards,
  maxTip,
  fetch,
  limits,
  signal,
}: {
  /** Base URL of the relay. */
  readonly host: string;
  readonly size: number;
  readonly nShards: number;
  /** MIST. */
  readonly maxTip: bigint;
  readonly fetch: typeof globalThis.fetch;
  readonly limits: TransferLimits;
  readonly signal: AbortSignal | undefined;
}): Promise<RelayTip | undefined> {
  const url = `${endpointUrl(host)}/v1/tip-config`;
  const config = await fetchJson({ fetch, party: "relay", url, limits, signal, shape: Shape });
  if (config === "no_tip") return undefined;
  const { address, kind } = config.send_tip;
  const kibibytes = (BigInt(encodedSize({ size, nShards })) + 1023n) / 1024n;
  const amount =
    "const" in kind
      ? BigInt(kind.const)
      : BigInt(kind.linear.base) + BigInt(kind.linear.encoded_size_mul_per_kib) * kibibytes;
  if (amount > maxTip) {
    throw new ScrimshawError({
      code: "walrus.relay-tip-above-cap",
      expected: `a tip of at most ${maxTip} MIST`,
      found: `${amount} MIST for ${size} bytes, wanted by ${host}`,
      next: "Allow more with `maxTip`, use another relay, or upload to the storage nodes directly.",
    });
  }
  return { address, amount };
}
