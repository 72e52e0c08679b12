import { formatBytes } from "./describe-progress.ts";
import type { GraphValue, Manifest } from "./manifest.ts";
import type { ShownModel } from "./show.ts";
import type { VersionNames } from "./version-names.ts";

const day = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 10);

function describeValue({ name, type, shape }: GraphValue): string {
  const dimensions = shape?.map((size) => (size === null ? "?" : String(size))).join(", ");
  return `${name} ${type}${dimensions === undefined ? "" : ` [${dimensions}]`}`;
}

const count = (number: number): string => number.toLocaleString("en-US");

/** One line about all files of weights together; a model of many shards has many. */
function describeWeights({ files }: Manifest): string[] {
  const weights = files.flatMap((file) => file.weights ?? []);
  if (weights.length === 0) return [];
  const counts = new Map<string, number>();
  for (const { parameters } of weights) {
    for (const [type, number] of Object.entries(parameters)) counts.set(type, (counts.get(type) ?? 0) + number);
  }
  const types = [...counts].map(([type, number]) => `${type} ${count(number)}`);
  const total = [...counts.values()].reduce((sum, number) => sum + number, 0);
  const tensors = weights.reduce((sum, file) => sum + file.tensors, 0);
  const where = weights.length === 1 ? "" : ` in ${count(weights.length)} files`;
  return [
    `weights      ${count(tensors)} tensors${where}`,
    `  parameters ${count(total)}${types.length === 0 ? "" : `: ${types.join(", ")}`}`,
  ];
}

function describeManifest(manifest: Manifest): string[] {
  const { metadata, files, blobs } = manifest;
  const { task, license, tags, notes } = metadata;
  const graphs = files.flatMap(({ path, graph }) => (graph ? [{ path, graph }] : []));
  return [
    ...(task === undefined ? [] : [`task         ${task}`]),
    ...(license === undefined ? [] : [`license      ${license}`]),
    ...(tags === undefined ? [] : [`keywords     ${tags.join(", ")}`]),
    ...(notes === undefined ? [] : [`notes        ${notes}`]),
    ...graphs.flatMap(({ path, graph }) => [
      `graph        ${path}`,
      `  inputs     ${graph.inputs.map(describeValue).join("; ")}`,
      `  outputs    ${graph.outputs.map(describeValue).join("; ")}`,
    ]),
    ...describeWeights(manifest),
    ...(manifest.encryption ? ["encrypted    with age; its recipients alone can read the files"] : []),
    `files        ${String(files.length)} in ${String(blobs.length)} blobs`,
    ...files.map(({ path, size }) => `  ${formatBytes(size).padStart(12)}  ${path}`),
  ];
}

/** A model for people, line by line; the texts in it are the publisher's. */
export function describeModel(
  shown: Omit<ShownModel, "documents" | "documentCount"> & { readonly names: VersionNames },
): string[] {
  const { model, versions, version, manifest, problem, names } = shown;
  const tags = new Map<number, string[]>();
  for (const [tag, number] of names.tags) tags.set(number, [...(tags.get(number) ?? []), tag]);
  const lines = versions.map(({ version: number, status, publishedAt }) => {
    const label = names.labels.get(number);
    const reason = names.reasons.get(number) ?? "";
    const marks = [
      ...(label === undefined ? [] : [`label ${label}`]),
      ...(tags.get(number) ?? []).map((tag) => `tag ${tag}`),
      ...(reason === "" ? [] : [`because: ${reason}`]),
    ];
    return `  ${String(number).padStart(4)}  ${status.padEnd(10)}  ${day(publishedAt)}  ${marks.join(", ")}`.trimEnd();
  });
  return [
    `model        ${model.creator}/${model.name}`,
    `id           ${model.modelId}`,
    ...(model.owner === model.creator ? [] : [`owner        ${model.owner}`]),
    `versions     ${String(model.versionCount)}`,
    ...lines,
    ...(version === undefined
      ? ["shown        none: no version is active"]
      : [
          `shown        version ${String(version.version)}, paid until epoch ${String(version.endEpoch)} as claimed`,
          `manifest     ${version.manifest.blobId} (${formatBytes(version.manifest.size)})`,
          `content      ${version.manifest.contentHash}`,
        ]),
    ...(manifest ? describeManifest(manifest) : []),
    ...(problem ? [`problem      ${problem.code}: expected ${problem.expected}; found ${problem.found}`] : []),
  ];
}
