import type { SliverCodec } from "./sliver-codec.ts";
import type { Axis } from "./sliver-layout.ts";
import { encodingParameters } from "../encoding-parameters.ts";

interface Waiting {
  readonly symbols: Uint8Array;
  readonly resolve: (root: Uint8Array) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Computes the Merkle roots of slivers. One encoding serves hundreds of slivers of the same axis and symbol size, so those that arrive
 * together are taken together.
 */
export class SliverVerifier {
  readonly #codec: SliverCodec;
  readonly #nShards: number;
  readonly #waiting = new Map<string, Waiting[]>();

  constructor({ codec, nShards }: { readonly codec: SliverCodec; readonly nShards: number }) {
    this.#codec = codec;
    this.#nShards = nShards;
  }

  root({
    axis,
    symbolSize,
    symbols,
  }: {
    readonly axis: Axis;
    readonly symbolSize: number;
    readonly symbols: Uint8Array;
  }): Promise<Uint8Array> {
    const key = `${axis} ${symbolSize}`;
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(key);
      const one = { symbols, resolve, reject };
      if (waiting !== undefined) {
        waiting.push(one);
        return;
      }
      this.#waiting.set(key, [one]);
      // An encoding at 1000 shards takes seconds: it is worth a moment to let others join.
      setTimeout(() => void this.#take({ key, axis, symbolSize }), this.#nShards / 4);
    });
  }

  async #take({
    key,
    axis,
    symbolSize,
  }: {
    readonly key: string;
    readonly axis: Axis;
    readonly symbolSize: number;
  }): Promise<void> {
    const { rows, columns } = encodingParameters(this.#nShards);
    const places = axis === "primary" ? rows : columns;
    for (;;) {
      const batch = (this.#waiting.get(key) ?? []).splice(0, places);
      if (batch.length === 0) break;
      try {
        const slivers = batch.map(({ symbols }) => symbols);
        const { roots } = await this.#codec.expand({
          nShards: this.#nShards,
          axis,
          symbolSize,
          slivers,
          detailed: false,
        });
        for (const [place, { resolve }] of batch.entries()) resolve(roots[place] ?? new Uint8Array());
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#waiting.delete(key);
  }
}
