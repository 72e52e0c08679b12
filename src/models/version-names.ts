import type { Provider } from "ethers";
import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { scanLogs } from "../chain/logs.ts";

export interface VersionNamesOptions {
  readonly registry: ModelRegistry;
  readonly provider: Provider;
  readonly modelId: `0x${string}`;
  /** The block of the registry's deployment. */
  readonly fromBlock: number;
  readonly signal?: AbortSignal;
}

/** Labels, tags and reasons of a model's versions; the registry keeps their texts in events only. */
export interface VersionNames {
  readonly labels: ReadonlyMap<number, string>;
  /** Why a version has the status that it has, where its owner said so; text of the owner's. */
  readonly reasons: ReadonlyMap<number, string>;
  /** Tag to version, as they stand now. */
  readonly tags: ReadonlyMap<string, number>;
}

/**
 * Reads labels, tags and reasons from the registry's events.
 * @throws ScrimshawError errors of the room `chain`
 */
export async function readVersionNames(options: VersionNamesOptions): Promise<VersionNames> {
  const { registry, provider, modelId, fromBlock, signal } = options;
  const topic = (name: "VersionPublished" | "TagSet" | "StatusSet"): string =>
    registry.interface.getEvent(name).topicHash;
  const labels = new Map<number, string>();
  const reasons = new Map<number, string>();
  const tags = new Map<string, number>();
  const logs = scanLogs({
    provider,
    address: await registry.getAddress(),
    topics: [[topic("VersionPublished"), topic("TagSet"), topic("StatusSet")], modelId],
    fromBlock,
    ...(signal && { signal }),
  });
  for await (const log of logs) {
    const event = registry.interface.parseLog(log);
    if (!event) continue;
    const version = Number(event.args[1]);
    if (event.name === "VersionPublished") {
      const { label } = event.args[2] as { readonly label: string };
      if (label !== "") labels.set(version, label);
    } else if (event.name === "StatusSet") {
      reasons.set(version, String(event.args[3]));
    } else {
      const tag = String(event.args[2]);
      if (version === 0) tags.delete(tag);
      else tags.set(tag, version);
    }
  }
  return { labels, reasons, tags };
}
