import { JsonRpcProvider } from "ethers";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { ROOT } from "../../support/dev-process.ts";
import { type FakeServer, fakeServer } from "../../walrus/fake-server.ts";

interface Submission {
  readonly stdJsonInput: { readonly settings: object };
  readonly contractIdentifier: string;
}

interface Compiled {
  readonly contracts?: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly evm: { readonly deployedBytecode: { readonly object: string } } }>>
    >
  >;
}

/** In a process of its own: the compiler leaves its traces in the process that loads it. */
async function compile(input: unknown): Promise<string> {
  const solc = spawn(process.execPath, [join(ROOT, "node_modules/solc/solc.js"), "--standard-json"]);
  solc.stdin.end(JSON.stringify(input));
  const printed = await text(solc.stdout);
  return printed.slice(printed.indexOf("{"));
}

/** An explorer of sources after Sourcify's API (https://docs.sourcify.dev/docs/api, v2): compiles what it gets, and compares it with the chain. */
export async function startSourcify(chainUrl: string): Promise<FakeServer & { readonly verified: Set<string> }> {
  const verified = new Set<string>();
  const provider = new JsonRpcProvider(chainUrl);
  const matches = async ({ stdJsonInput, contractIdentifier }: Submission, address: string): Promise<boolean> => {
    const split = contractIdentifier.lastIndexOf(":");
    const [source, name] = [contractIdentifier.slice(0, split), contractIdentifier.slice(split + 1)];
    const settings = {
      ...stdJsonInput.settings,
      outputSelection: { [source]: { [name]: ["evm.deployedBytecode.object"] } },
    };
    const { contracts } = JSON.parse(await compile({ ...stdJsonInput, settings })) as Compiled;
    const code = contracts?.[source]?.[name]?.evm.deployedBytecode.object;
    return `0x${code ?? ""}` === (await provider.getCode(address));
  };
  const contract = (address: string): object => {
    const match = verified.has(address) ? "exact_match" : null;
    return { match, creationMatch: match, runtimeMatch: match, chainId: "560048", address };
  };
  const answer = async (method: string, path: string, body: string): Promise<readonly [number, object]> => {
    const [, what, , address = ""] = path.split("/").slice(1);
    if (method === "GET" && what === "contract") return [verified.has(address) ? 200 : 404, contract(address)];
    if (method === "GET") {
      const id = path.split("/")[3] ?? "";
      const failed = { customCode: "no_match", message: "The bytecode does not match", errorId: "1" };
      const error = verified.has(id) ? {} : { error: failed };
      return [200, { isJobCompleted: true, verificationId: id, jobStartTime: "now", contract: contract(id), ...error }];
    }
    if (await matches(JSON.parse(body) as Submission, address)) verified.add(address);
    return [202, { verificationId: address }];
  };
  const server = await fakeServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on("data", (piece: Buffer) => pieces.push(piece));
    request.on("end", () => {
      void answer(request.method ?? "", request.url ?? "", Buffer.concat(pieces).toString()).then(([status, value]) => {
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      });
    });
  });
  return {
    url: server.url,
    verified,
    [Symbol.asyncDispose]: async () => {
      provider.destroy();
      await server[Symbol.asyncDispose]();
    },
  };
}
