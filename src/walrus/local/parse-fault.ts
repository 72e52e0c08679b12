import { ScrimshawError } from "../../errors.ts";
import { CRASH_POINTS, type Faults } from "./faults.ts";

const FORMS = [
  "node-down:<place>",
  "node-slow:<place>:<milliseconds>",
  "node-bad-sliver:<place>",
  "node-bad-signature:<place>",
  "publisher-wrong-blob-id",
  "publisher-status:<429, 500 or 503>",
  "aggregator-flip:<offset>",
  "aggregator-truncate:<bytes>",
  "aggregator-stall:<bytes>",
  "aggregator-status:<404, 429, 451, 500 or 503>",
  `crash:<${CRASH_POINTS.join(", ")}>`,
];

type Apply = (faults: Faults) => void;

function parseOne(text: string, nodeIds: readonly string[]): Apply | undefined {
  const [kind = "", first = "", second = "", ...rest] = text.split(":");
  if (rest.length > 0 || (second !== "" && kind !== "node-slow")) return undefined;
  const number = /^\d{1,15}$/.test(first) ? Number(first) : undefined;
  const nodeId = nodeIds[number ?? -1];
  switch (kind) {
    case "node-down":
    case "node-bad-sliver":
    case "node-bad-signature": {
      if (nodeId === undefined) return undefined;
      const name = kind.slice("node-".length) as "down" | "bad-sliver" | "bad-signature";
      return (faults) => faults.node(nodeId, { kind: name });
    }
    case "node-slow":
      if (nodeId === undefined || !/^\d{1,7}$/.test(second)) return undefined;
      return (faults) => faults.node(nodeId, { kind: "slow", milliseconds: Number(second) });
    case "publisher-wrong-blob-id":
      return first === "" ? (faults) => faults.publisher({ kind: "wrong-blob-id" }) : undefined;
    case "publisher-status":
      if (number !== 429 && number !== 500 && number !== 503) return undefined;
      return (faults) => faults.publisher({ kind: "status", status: number });
    case "aggregator-flip":
      return number === undefined ? undefined : (faults) => faults.aggregator({ kind: "flip", offset: number });
    case "aggregator-truncate":
      return number === undefined ? undefined : (faults) => faults.aggregator({ kind: "truncate", after: number });
    case "aggregator-stall":
      return number === undefined ? undefined : (faults) => faults.aggregator({ kind: "stall", after: number });
    case "aggregator-status":
      if (number !== 404 && number !== 429 && number !== 451 && number !== 500 && number !== 503) return undefined;
      return (faults) => faults.aggregator({ kind: "status", status: number });
    case "crash": {
      const point = CRASH_POINTS.find((known) => known === first);
      return point === undefined ? undefined : (faults) => faults.crashAt(point);
    }
    default:
      return undefined;
  }
}

/**
 * Sets faults from text, `node-down:3,aggregator-status:503`. Nodes are named by their place in the committee, from 0.
 * @throws ScrimshawError `walrus.fault-invalid`, before any fault is set
 */
export function setFaults({
  text,
  faults,
  nodeIds,
}: {
  readonly text: string;
  readonly faults: Faults;
  /** In committee order. */
  readonly nodeIds: readonly string[];
}): void {
  const parsed = text.split(",").map((one) => {
    const apply = parseOne(one.trim(), nodeIds);
    if (apply !== undefined) return apply;
    throw new ScrimshawError({
      code: "walrus.fault-invalid",
      expected: `${FORMS.join("; ")}; where <place> is from 0 to ${nodeIds.length - 1}`,
      found: JSON.stringify(one.trim().slice(0, 80)),
      next: "Correct the fault, or leave it out; several are separated by commas.",
    });
  });
  for (const apply of parsed) apply(faults);
}
