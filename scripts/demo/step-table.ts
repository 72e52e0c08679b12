/** One line of the table at the end of the demo. */
export interface Step {
  readonly step: string;
  readonly checked: string;
  readonly milliseconds: number;
  readonly gas: bigint | undefined;
}

/** What a step found out. Throwing fails the demo. */
export interface StepOutcome<T> {
  readonly value: T;
  readonly checked: string;
  readonly gas?: bigint | undefined;
}

/** Runs steps, tells of each, and prints all of them as a table. */
export class StepTable {
  readonly #steps: Step[] = [];
  readonly #print: (line: string) => void;

  readonly #signal: AbortSignal;

  constructor(print: (line: string) => void, signal: AbortSignal) {
    this.#print = print;
    this.#signal = signal;
  }

  async run<T>(step: string, work: () => Promise<StepOutcome<T>>): Promise<T> {
    this.#signal.throwIfAborted();
    const begin = performance.now();
    const { value, checked, gas } = await work();
    const milliseconds = performance.now() - begin;
    this.#steps.push({ step, checked, milliseconds, gas });
    this.#print(`${step}: ${checked} (${(milliseconds / 1000).toFixed(1)} s)`);
    return value;
  }

  lines(): readonly string[] {
    const rows = this.#steps.map(({ step, checked, milliseconds, gas }) => [
      step,
      checked,
      `${(milliseconds / 1000).toFixed(1)} s`,
      gas === undefined ? "-" : gas.toLocaleString("en-US"),
    ]);
    const table = [["step", "what was checked", "time", "gas"], ...rows];
    const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
    const [step = 0, checked = 0, time = 0, gas = 0] = widths;
    const format = ([a = "", b = "", c = "", d = ""]: readonly string[]): string =>
      `${a.padEnd(step)}  ${b.padEnd(checked)}  ${c.padStart(time)}  ${d.padStart(gas)}`;
    const [head = [], ...body] = table;
    return [format(head), "-".repeat(step + checked + time + gas + 6), ...body.map(format)];
  }
}
