import { z } from "zod";
import { MAX_EPOCHS_AHEAD } from "../walrus/epochs.ts";

const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
const path = z.string().min(1, "must be a path");
const bookName = z
  .string()
  .regex(/^(?!0x)[a-z0-9][a-z0-9._-]{0,63}$/, "must be a name of up to 64 of [a-z0-9._-] that does not begin with 0x");

/** What `configVariable("NAME")` gives. A secret itself does not belong into a file. */
const variable = z.strictObject(
  { _type: z.literal("ConfigurationVariable"), name: z.string().min(1), format: z.string().optional() },
  { error: 'must be configVariable("NAME")' },
);

const attester = z.union(
  [
    z.strictObject({ keyFile: path }),
    z.strictObject({ key: variable }),
    z.strictObject({ url, publicKeyFile: path, token: variable.optional() }),
  ],
  { error: 'must be {keyFile}, {key: configVariable("NAME")} or {url, publicKeyFile, token?}' },
);

const attestersSchema = z.record(bookName, attester);

/** What `configVariable("NAME")` gives. */
export type VariableUserConfig = z.input<typeof variable>;
export type AttestersUserConfig = z.input<typeof attestersSchema>;

const urls = z.array(url).min(1, "must name at least one URL");
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be an address, 0x and 40 hex digits");

const scrimshawSchema = z.strictObject({
  network: z.string().min(1, "must be the name of a network").optional(),
  deployments: path.optional(),
  addressBook: z.record(bookName, address).optional(),
  cache: path.optional(),
  attesters: attestersSchema.optional(),
});

const price = z.bigint("must be a whole number of FROST, as in 100n").min(0n, "must not be negative");

const cap = z.bigint("must be a whole number, as in 100n").min(0n, "must not be negative");

const suiSchema = z.strictObject({
  privateKey: variable,
  url: url.optional(),
  relay: url.optional(),
  maxTip: cap.optional(),
  maxGas: cap.optional(),
  maxCost: cap.optional(),
});

const walrusSchema = z
  .strictObject({
    network: z.enum(["local", "testnet", "mainnet"], "must be local, testnet or mainnet").optional(),
    publishers: urls.optional(),
    aggregators: urls.optional(),
    epochs: z
      .int("must be a whole number")
      .min(1, "must be at least 1")
      .max(MAX_EPOCHS_AHEAD, `must be at most ${MAX_EPOCHS_AHEAD}, as far as Walrus sells storage`)
      .optional(),
    nShards: z.int("must be a whole number").min(4, "must be at least 4").max(1000, "must be at most 1000").optional(),
    storageDir: path.optional(),
    publisherToken: variable.optional(),
    publisherSecret: variable.optional(),
    sui: suiSchema.optional(),
    prices: z.strictObject({ storage: price, write: price }).optional(),
  })
  .refine(({ publisherToken, publisherSecret }) => publisherToken === undefined || publisherSecret === undefined, {
    path: ["publisherSecret"],
    error: "must not be given beside walrus.publisherToken: tokens are either had or made",
  });

/** The `scrimshaw` section of a Hardhat configuration. */
export type ScrimshawUserConfig = z.input<typeof scrimshawSchema>;
/** The `walrus` section of a Hardhat configuration. */
export type WalrusUserConfig = z.input<typeof walrusSchema>;

/** One mistake in the configuration: where it is and what is wrong. */
export interface ConfigMistake {
  readonly path: (string | number)[];
  readonly message: string;
}

/** All mistakes in the two sections; empty if there are none. */
export function configMistakes(config: { readonly scrimshaw?: unknown; readonly walrus?: unknown }): ConfigMistake[] {
  const sections = [
    ["scrimshaw", scrimshawSchema, config.scrimshaw],
    ["walrus", walrusSchema, config.walrus],
  ] as const;
  return sections.flatMap(([name, schema, value]) => {
    if (value === undefined) return [];
    const parsed = schema.safeParse(value);
    if (parsed.success) return [];
    return parsed.error.issues.map(({ path: inside, message }) => ({
      path: [name, ...inside.filter((part) => typeof part !== "symbol")],
      message,
    }));
  });
}
