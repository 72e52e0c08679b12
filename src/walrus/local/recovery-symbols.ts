import type { BlobId } from "../blob-id.ts";
import type { Route } from "./http-server.ts";
import { merklePath } from "../slivers/merkle-tree.ts";
import { bytesAnswer, nodeRefusal } from "./node-answer.ts";
import { type NodeContext, onBlob } from "./node-context.ts";
import {
  type Axis,
  isAxis,
  pairOfShard,
  sliverIndex,
  sliverShape,
  sliverSymbols,
  uleb128,
} from "../slivers/sliver-layout.ts";

/** Names asked for at once. */
const MAX_SYMBOLS = 1000;

/** A symbol at the crossing of a source sliver, whose tree proves it, and a target sliver, which it helps to recover. */
interface Crossing {
  readonly source: { readonly axis: Axis; readonly index: number };
  readonly target: number;
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

/** BCS of walrus-core's `GeneralRecoverySymbol`: the symbol is named after the axis of its target. */
function encodeSymbol({ source, target }: Crossing, symbols: readonly Uint8Array[]): Buffer {
  const data = symbols[target] ?? new Uint8Array();
  const path = merklePath(symbols, target);
  const nodes = path.map((node) => (node === undefined ? Buffer.of(0) : Buffer.concat([Buffer.of(1), node])));
  const variant = Buffer.of(source.axis === "primary" ? 1 : 0);
  const symbol = [variant, u16(source.index), uleb128(data.length), data];
  return Buffer.concat([...symbol, u16(target), uleb128(nodes.length), ...nodes]);
}

/** The crossings that a query names; text that says what is wrong with it. */
function parseCrossings(query: URLSearchParams, node: NodeContext, blobId: BlobId): Crossing[] | string {
  const { identity, nShards } = node;
  const pairs = identity().shards.map((shard) => pairOfShard({ shard, blobId, nShards }));
  const held = (axis: Axis): number[] => pairs.map((pair) => sliverIndex({ pair, axis, nShards }));
  const wanted = query.get("proofAxis");
  if (wanted !== null && !isAxis(wanted)) return "proofAxis is primary or secondary";
  const [target, axis] = [query.get("targetSliver"), query.get("targetType")];
  if (target !== null || axis !== null) {
    if (!isAxis(axis ?? "") || !/^\d{1,5}$/.test(target ?? "") || Number(target) >= nShards) {
      return `a target sliver has an index below ${nShards} and a type`;
    }
    const source: Axis = axis === "primary" ? "secondary" : "primary";
    if (wanted !== null && wanted !== source) return `proofs for a ${axis ?? ""} target are of the ${source} axis`;
    return held(source).map((index) => ({ source: { axis: source, index }, target: Number(target) }));
  }
  const ids = [...new Set(query.getAll("id"))];
  if (ids.length > MAX_SYMBOLS) return `at most ${MAX_SYMBOLS} symbols`;
  const crossings: Crossing[] = [];
  for (const id of ids) {
    const [, row, column] = /^(\d{1,5})-(\d{1,5})$/.exec(id) ?? [];
    const [primary, secondary] = [Number(row ?? nShards), Number(column ?? nShards)];
    if (primary >= nShards || secondary >= nShards) return "a symbol is named by the indices of two slivers, 3-7";
    if (wanted !== "secondary" && held("primary").includes(primary)) {
      crossings.push({ source: { axis: "primary", index: primary }, target: secondary });
    } else if (wanted !== "primary" && held("secondary").includes(secondary)) {
      crossings.push({ source: { axis: "secondary", index: secondary }, target: primary });
    }
  }
  return crossings;
}

/** Symbols of a node's slivers with their Merkle proofs. */
export function recoverySymbolRoutes(node: NodeContext): Route[] {
  const { identity, ledger, holdings, codec, nShards } = node;

  const list = onBlob(async (blobId, { query }) => {
    if (!["id", "targetSliver", "targetType"].some((name) => query.has(name))) {
      return nodeRefusal("NO_SYMBOLS_SPECIFIED", "at least one symbol ID must be specified");
    }
    const crossings = parseCrossings(query, node, blobId);
    if (typeof crossings === "string") return nodeRefusal("INVALID_FILTER", `the filter is invalid: ${crossings}`);
    if (crossings.length === 0) {
      const message = "the requested recovery symbol is not the responsibility of this node's shards";
      return nodeRefusal("SYMBOL_NOT_PRESENT_AT_SHARDS", message);
    }
    const [object] = ledger.objects(blobId);
    const parts: Buffer[] = [];
    for (const axis of ["primary", "secondary"] as const) {
      const sources = [...new Set(crossings.flatMap(({ source }) => (source.axis === axis ? source.index : [])))];
      const shape = sliverShape({ size: object?.size ?? 0, nShards });
      // As many slivers as one encoding extends.
      const most = axis === "primary" ? shape.symbols.secondary : shape.symbols.primary;
      for (let start = 0; start < sources.length; start += most) {
        const batch = sources.slice(start, start + most);
        const slivers: Uint8Array[] = [];
        for (const index of batch) {
          const pair = sliverIndex({ pair: index, axis, nShards });
          const bytes =
            object === undefined ? undefined : await holdings.sliver({ identity: identity(), blobId, pair, axis });
          const symbols = bytes === undefined ? undefined : sliverSymbols({ bytes, shape, axis, pair });
          if (symbols === undefined) return nodeRefusal("SLIVER_NOT_FOUND", "the requested sliver is unavailable");
          slivers.push(symbols);
        }
        const { symbols } = await codec.expand({
          nShards,
          axis,
          symbolSize: shape.symbolSize,
          slivers,
          detailed: true,
        });
        for (const crossing of crossings) {
          const place = crossing.source.axis === axis ? batch.indexOf(crossing.source.index) : -1;
          if (place !== -1) parts.push(encodeSymbol(crossing, symbols[place] ?? []));
        }
      }
    }
    return bytesAnswer(new Uint8Array(Buffer.concat([uleb128(parts.length), ...parts])));
  });

  return [{ method: "GET", path: "/v1/blobs/{blobId}/recoverySymbols", handle: list }];
}
