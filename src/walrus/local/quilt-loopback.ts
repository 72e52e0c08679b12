import type { IncomingMessage } from "node:http";

import type { Answer } from "./api-answer.ts";

/** Headers of the blob routes' refusals that quilts' clients need too. */
const PASSED_ON = ["content-type", "retry-after"];

/** Runs `work` with a signal that fires when the client that sent `request` has gone. */
export async function whileConnected<T>({
  request,
  work,
}: {
  readonly request: IncomingMessage;
  readonly work: (signal: AbortSignal) => Promise<T>;
}): Promise<T> {
  const gone = new AbortController();
  const leave = (): void => gone.abort(new Error("the client has gone"));
  if (request.socket.destroyed) leave();
  request.socket.once("close", leave);
  try {
    return await work(gone.signal);
  } finally {
    request.socket.off("close", leave);
  }
}

/** What a blob route refused, as the quilt route's own answer. */
export async function passOn(response: Response): Promise<Answer> {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = PASSED_ON.flatMap((name) => {
    const value = response.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return { status: response.status, headers: Object.fromEntries(headers), body };
}
