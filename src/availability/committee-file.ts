import { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import type { Committee } from "../walrus/committee.ts";
import { type ChainCommittee, committeeForChain } from "./chain-committee.ts";

const SCHEMA = "scrimshaw.committee/1";

/** A file larger than this is refused before it is parsed. */
export const MAX_COMMITTEE_FILE_BYTES = 1_000_000;

const hex = (bytes: number) => z.templateLiteral(["0x", z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))]);
const fileSchema = z.strictObject({
  schema: z.literal(SCHEMA),
  epoch: z.int().min(0).max(0xffff_ffff),
  startsAt: z.int().min(1),
  duration: z.int().min(1).max(0xffff_ffff),
  nShards: z.int().min(1).max(0xffff),
  members: z.array(z.strictObject({ nodeId: hex(32), publicKey: hex(48), weight: z.int().min(1) })).max(1000),
});

/** A committee with its times, as a file that people can compare with Sui. Keys are compressed, as Sui shows them. */
export function writeCommitteeFile(
  { epoch, nShards, members }: Committee,
  { startsAt, duration }: Pick<ChainCommittee, "startsAt" | "duration">,
): string {
  const shown = members.map(({ nodeId, publicKey, weight }) => ({ nodeId, publicKey, weight }));
  const times = { startsAt: Number(startsAt), duration };
  const file = { schema: SCHEMA, epoch, ...times, nShards, members: shown };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws ScrimshawError `availability.file-invalid`, `walrus.committee-invalid` */
export function readCommitteeFile(text: string): ChainCommittee {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("text that is not JSON", cause);
  }
  const schema: unknown = typeof value === "object" && value !== null && "schema" in value ? value.schema : undefined;
  if (schema !== SCHEMA)
    throw invalid(
      `a file of ${typeof schema === "string" ? `schema ${JSON.stringify(schema.slice(0, 80))}` : "no schema"}`,
    );
  const parsed = fileSchema.safeParse(value);
  if (!parsed.success) throw invalid(z.prettifyError(parsed.error).replaceAll("\n", "; ").slice(0, 300));
  const { epoch, startsAt, duration, nShards, members } = parsed.data;
  const committee = { epoch, nShards, members: members.map((member) => ({ ...member, url: "" })) };
  return committeeForChain(committee, { startsAt: BigInt(startsAt), duration });
}

function invalid(found: string, cause?: unknown): ScrimshawError {
  return new ScrimshawError({
    code: "availability.file-invalid",
    expected: `a file of schema ${SCHEMA}`,
    found,
    next: "Write one with `npx hardhat committee import --dry-run --save <file>`.",
    cause,
  });
}
