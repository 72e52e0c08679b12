import { createServer } from "node:net";
import { ScrimshawError } from "../errors.ts";

/**
 * Checks that a server can listen on `port` of this machine, before one is started that would crash the process instead.
 * @throws ScrimshawError `dev.port-in-use`
 */
export async function checkPort(options: { readonly port: number; readonly option: string }): Promise<void> {
  const { port, option } = options;
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once("error", reject);
      probe.listen(port, "127.0.0.1", resolve);
    });
  } catch (cause) {
    throw new ScrimshawError({
      code: "dev.port-in-use",
      expected: `to listen on port ${port.toString()} of 127.0.0.1`,
      found: cause instanceof Error && "code" in cause ? String(cause.code) : "a refusal",
      next: `Stop what listens there, or choose another port with ${option} (0: any free one).`,
      cause,
    });
  }
  await new Promise((resolve) => probe.close(resolve));
}
