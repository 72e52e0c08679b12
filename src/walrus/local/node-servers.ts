import { HttpServer, type Intercept } from "./http-server.ts";
import type { NetworkParts } from "./network-parts.ts";
import { nodeIntercept, storageNodeRoutes } from "./storage-node.ts";
import type { NodeContext } from "./node-context.ts";

/** The storage nodes' servers, each on its own port. A node that left its committee goes on answering until the network stops. */
export class NodeServers {
  readonly #servers = new Map<string, HttpServer>();

  url(nodeId: string): string {
    return this.#servers.get(nodeId)?.url ?? "";
  }

  /**
   * Starts the servers of an epoch's nodes that have none.
   * @throws ScrimshawError `walrus.local-port-unavailable`
   */
  async listen({
    epoch,
    host,
    parts,
    before,
  }: {
    readonly epoch: number;
    readonly host: string;
    readonly parts: NetworkParts;
    /** Runs before each request. */
    readonly before: () => Promise<void>;
  }): Promise<void> {
    const { committees, clock } = parts;
    for (const key of committees.at(epoch)) {
      if (this.#servers.has(key.nodeId)) continue;
      const identity: NodeContext["identity"] = () =>
        committees.at(clock.epoch()).find(({ nodeId }) => nodeId === key.nodeId) ?? { ...key, shards: [] };
      const context = { ...parts, identity };
      const broken = nodeIntercept(context);
      const intercept: Intercept = async (request) => {
        await before();
        return broken(request);
      };
      const server = await HttpServer.start({ host, port: 0, routes: storageNodeRoutes(context), intercept });
      this.#servers.set(key.nodeId, server);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => server.close()));
  }
}
