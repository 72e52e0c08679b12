import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { listApprovals, listAttesters } from "../../src/attesters/list-attesters.ts";
import type { AttesterRecord } from "../../src/attesters/records.ts";
import { standingOf } from "../../src/attesters/standing.ts";
import { runAttesterCommand } from "../../src/hardhat/attester-command.ts";
import type { AttesterCommandArguments } from "../../src/hardhat/attester-command.ts";
import { approvalJson, approvalLine, attesterJson, attesterLine } from "../../src/hardhat/describe-attester.ts";
import { parseSeconds } from "../../src/hardhat/parse-attester-options.ts";

interface ListArguments extends AttesterCommandArguments {
  readonly approvals: boolean;
  readonly valid: boolean;
  readonly kind: string | undefined;
  readonly seenWithin: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Which attesters of a page are shown. */
function filter({ valid, kind, seenWithin }: ListArguments, now: bigint): (attester: AttesterRecord) => boolean {
  const since = seenWithin === undefined ? undefined : now - parseSeconds(seenWithin, "--seen-within");
  return (attester) =>
    (!valid || standingOf(attester, now) === "valid") &&
    (kind === undefined || attester.kind === kind) &&
    (since === undefined || (attester.lastSeen !== undefined && attester.lastSeen.time >= since));
}

function restLines(read: number, { offset, total }: { readonly offset: number; readonly total: number }): string[] {
  const rest = total - offset - read;
  return [...(total === 0 ? ["none"] : []), ...(rest > 0 ? [`${rest} more: use --offset and --limit`] : [])];
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand<object>({
    schema: "scrimshaw.attester-list/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, now, signal }) => {
      const offset = Math.max(args.offset, 0);
      const page = { registry, offset, limit: Math.max(args.limit, 0), signal };
      if (args.approvals) {
        const { approvals, total } = await listApprovals(page);
        return {
          result: { approvals: approvals.map((one) => approvalJson(one, now)), total },
          lines: [...approvals.map((one) => approvalLine(one, now)), ...restLines(approvals.length, { offset, total })],
        };
      }
      const { attesters, total } = await listAttesters(page);
      const shown = attesters.filter(filter(args, now));
      return {
        result: { attesters: shown.map((one) => attesterJson(one, now)), total },
        lines: [...shown.map((one) => attesterLine(one, now)), ...restLines(attesters.length, { offset, total })],
      };
    },
  });
}
