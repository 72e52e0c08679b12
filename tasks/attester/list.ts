import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { listApprovals, listAttesters } from "../../src/attesters/list-attesters.ts";
import type { AttesterRecord } from "../../src/attesters/records.ts";
import { seenSince } from "../../src/attesters/seen-since.ts";
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

/** Which attesters of a page are shown, whenever they were seen. */
function filter({ valid, kind }: ListArguments, now: bigint): (attester: AttesterRecord) => boolean {
  return (attester) =>
    (!valid || standingOf(attester, now) === "valid") && (kind === undefined || attester.kind === kind);
}

function restLines(read: number, { offset, total }: { readonly offset: number; readonly total: number }): string[] {
  const rest = total - offset - read;
  return [...(total === 0 ? ["none"] : []), ...(rest > 0 ? [`${rest} more: use --offset and --limit`] : [])];
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runAttesterCommand<object>({
    schema: "scrimshaw.attester-list/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, verifiers, now, signal }) => {
      const offset = Math.max(args.offset, 0);
      const { seenWithin } = args;
      const since = seenWithin === undefined ? undefined : now - parseSeconds(seenWithin, "--seen-within");
      const page = { registry, offset, limit: Math.max(args.limit, 0), signal };
      if (args.approvals) {
        const { approvals, total } = await listApprovals(page);
        return {
          result: { approvals: approvals.map((one) => approvalJson(one, now)), total },
          lines: [...approvals.map((one) => approvalLine(one, now)), ...restLines(approvals.length, { offset, total })],
        };
      }
      const { attesters, total } = await listAttesters(page);
      const fitting = attesters.filter(filter(args, now));
      const shown = since === undefined ? fitting : await seenSince({ registry, attesters: fitting, since, signal });
      return {
        result: { attesters: shown.map((one) => attesterJson(one, now)), total },
        lines: [
          ...shown.map((one) => attesterLine(one, { now, verifiers })),
          ...restLines(attesters.length, { offset, total }),
        ],
      };
    },
  });
}
