import { describePublish } from "../models/describe-progress.ts";
import type { PublishProgress } from "../models/publish.ts";

/** Progress of a publish as lines, one a file that is read. */
export function publishProgress(progress: (line: string) => void): (event: PublishProgress) => void {
  let reading = "";
  return (event) => {
    if (event.kind === "hash" && event.path === reading) return;
    if (event.kind === "hash") reading = event.path;
    progress(describePublish(event));
  };
}
