import { counted, formatBytes } from "../models/describe-progress.ts";
import type { EstimatedFee } from "../models/estimate-gas.ts";
import type { PreviewedBlob, PublishPreview } from "../models/preview.ts";
import { storageCost } from "../walrus/storage-cost.ts";
import type { StorageCost } from "../walrus/storage-cost.ts";
import { priceLines } from "./describe-cost.ts";
import type { KnownPrices } from "./describe-cost.ts";
import { describeGasCost } from "./describe-gas-cost.ts";

/** Lines of a list that people are shown; JSON has all. */
const SHOWN = 20;

function shortList(lines: readonly string[]): string[] {
  const more = lines.length - SHOWN;
  const shown = lines.slice(0, SHOWN).map((line) => `              ${line}`);
  return more > 0 ? [...shown, `              and ${String(more)} more, which --json lists`] : shown;
}

function blobLine({ size, held }: PreviewedBlob, what = ""): string {
  const fate = held === undefined ? "to send" : `held as ${held.blobId} until epoch ${String(held.endEpoch)}`;
  return `${formatBytes(size).padStart(10)}  ${what}${fate}`;
}

function feeLines({ transactions, ...cost }: EstimatedFee): string[] {
  if (transactions.length === 0) return ["transactions  none"];
  return [`transactions  ${transactions.map(({ what }) => what).join(", ")}`, `gas           ${describeGasCost(cost)}`];
}

/** What is paid to Walrus: for each blob that is to be sent. */
export function costsOf(
  { blobs, manifest }: PublishPreview,
  terms: { readonly epochs: number; readonly nShards: number; readonly known: KnownPrices | undefined },
): readonly StorageCost[] {
  const { epochs, nShards, known } = terms;
  return [...blobs, manifest]
    .filter(({ held }) => held === undefined)
    .map(({ size }) => storageCost({ size, epochs, nShards, prices: known?.prices }));
}

export interface DescribePreviewOptions {
  readonly preview: PublishPreview;
  readonly epochs: number;
  readonly nShards: number;
  readonly known: KnownPrices | undefined;
  /** List the files too. */
  readonly files: boolean;
}

/** What a publish would store, pay for and send, for people. */
export function describePreview({ preview, files: withFiles, ...terms }: DescribePreviewOptions): string[] {
  const { creator, name, files, blobs, manifest, unchanged, nextVersion, fee } = preview;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const sending = blobs.filter(({ held }) => held === undefined).length;
  const next = `${creator}/${name}@${String(nextVersion)}`;
  return [
    unchanged === undefined
      ? `would make    ${next}${nextVersion > 1 ? ", if the newest version has other bytes" : ""}`
      : `would make    nothing: version ${String(unchanged)} of ${creator}/${name} has these very bytes`,
    `files         ${counted(files.length, "file")}, ${formatBytes(size)}`,
    ...(withFiles ? shortList(files.map((file) => `${formatBytes(file.size).padStart(10)}  ${file.path}`)) : []),
    `blobs         ${String(sending)} of ${counted(blobs.length, "blob")} to send, and ${manifest.held ? "no" : "a"} manifest`,
    ...shortList([...blobs.map((blob) => blobLine(blob)), blobLine(manifest, "manifest, ")]),
    ...priceLines({ costs: costsOf(preview, terms), ...terms }),
    ...feeLines(fee),
  ];
}
