/** Publishes a folder as the chain's first account: a process of its own, to be killed. Prints what came of it. */
import { JsonRpcProvider } from "ethers";
import { parseRecipients } from "../../../src/models/age/recipients.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { KnownBlobs } from "../../../src/models/known-blobs.ts";
import { publishModel } from "../../../src/models/publish.ts";
import { localSystemSource } from "../../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import { ModelRegistry__factory } from "../../../typechain/factories/ModelRegistry__factory.ts";

/** What the child is told, as JSON in its only argument. */
export interface ChildOrder {
  readonly walrusUrl: string;
  readonly chainUrl: string;
  readonly registry: string;
  readonly folder: string;
  readonly name: string;
  readonly notes: string;
  readonly maxBlobSize: number;
  /** For a private model: a recipient of age, and a folder for age files. */
  readonly encryptTo?: { readonly recipient: string; readonly root: string };
}

const order = JSON.parse(process.argv[2] ?? "") as ChildOrder;
const { walrusUrl, chainUrl, folder, name, maxBlobSize } = order;
const provider = new JsonRpcProvider(chainUrl, undefined, { staticNetwork: true, pollingInterval: 50 });
const registry = ModelRegistry__factory.connect(order.registry, await provider.getSigner(0));
const system = localSystemSource({ urls: [walrusUrl] });
const urls = { publishers: [walrusUrl], aggregators: [walrusUrl] };
await using store = new HttpBlobStore({ ...urls, nShards: 10, system });
const known = new KnownBlobs({ root: order.notes });
const encryption = order.encryptTo && {
  recipients: await parseRecipients([order.encryptTo.recipient]),
  cache: new ModelCache({ root: order.encryptTo.root }),
};
const options = { folder, name, registry, store, system, known, maxBlobSize, encryption };
const { outcome, version } = await publishModel(options);
provider.destroy();
process.stdout.write(`${JSON.stringify({ outcome, version })}\n`);
