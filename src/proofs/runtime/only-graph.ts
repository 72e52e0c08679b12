import type { Manifest, ManifestFile } from "../../models/manifest.ts";

/** The file that a version runs: its one ONNX graph, or undefined where it holds none or several. */
export function onlyGraph({ files }: Manifest): ManifestFile | undefined {
  const [file, ...others] = files.filter(({ graph }) => graph?.format === "onnx");
  return others.length === 0 ? file : undefined;
}
