import { publishModel } from "../../../src/models/publish.ts";
import { parseReference } from "../../../src/models/reference.ts";
import { resolveVersion } from "../../../src/models/resolve.ts";
import { virtualTime } from "../../walrus/virtual-time.ts";
import { deployRegistry, ethers, networkHelpers } from "./chain.ts";
import type { Contents, Folders } from "./folders.ts";
import { LeaseStore } from "./lease-store.ts";

/** A registry, a store whose blobs have leases, and ways to publish the model `m` and look at it. */
export async function setUpLeases(folders: Folders) {
  const chain = await networkHelpers.loadFixture(deployRegistry);
  const { registry, publisher } = chain;
  const store = new LeaseStore();
  const publish = async (contents: Contents, { name = "m", epochs = 5, as = registry } = {}) =>
    publishModel({ folder: await folders.with(contents), name, registry: as, store, epochs });
  const reference = (after = "", name = "m") => parseReference({ text: `${publisher.address}/${name}${after}` });
  const resolve = (after = "", name = "m") => resolveVersion({ registry, reference: reference(after, name) });
  const renewing = { registry, store, system: store.system, epochs: 10, timing: virtualTime() };
  const source = { provider: ethers.provider, fromBlock: 0 };
  return { ...chain, store, publish, reference, resolve, renewing, source };
}
