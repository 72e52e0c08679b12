/** Which lines of a file can run, and which of them no test runs. */
export interface FileLines {
  readonly file: string;
  readonly count: number;
  readonly missed: readonly number[];
}

/** Reads a tracefile of lcov, of which each file's `DA:<line>,<count>` matter, without the lines of assembly. */
export function readLines(tracefile: string, textOf: (file: string) => string): readonly FileLines[] {
  return tracefile
    .split("end_of_record")
    .map((section) => {
      const file = /^SF:(.+)$/m.exec(section)?.[1];
      if (file === undefined) return undefined;
      const assembly = assemblyLines(textOf(file));
      const lines = [...section.matchAll(/^DA:(\d+),(\d+)/gm)]
        .map(([, line, count]) => ({ line: Number(line), count: Number(count) }))
        .filter(({ line }) => !assembly.has(line));
      return { file, count: lines.length, missed: lines.filter(({ count }) => count === 0).map(({ line }) => line) };
    })
    .filter((found) => found !== undefined);
}

/** How much of the lines ran, in percent; all of none. */
export const percentOf = ({ count, missed }: Pick<FileLines, "count" | "missed">): number =>
  count === 0 ? 100 : (100 * (count - missed.length)) / count;

/** Which lines of a Solidity text lie in blocks of assembly, as Prettier lays them out: how often such a block ran says little of its lines. */
export function assemblyLines(text: string): ReadonlySet<number> {
  const lines = new Set<number>();
  let depth = 0;
  text.split("\n").forEach((line, index) => {
    const begins = depth === 0 && /^\s*assembly\b.*\{/.test(line);
    if (!begins && depth === 0) return;
    lines.add(index + 1);
    depth += (line.match(/\{/g) ?? []).length - (line.match(/\}/g) ?? []).length;
  });
  return lines;
}
