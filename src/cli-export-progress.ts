/** How far an export is, in one line that is written over and over on a terminal; where there is none, nothing is. */

export interface ProgressFigures {
  readonly companiesDone: number;
  readonly companiesTotal: number;
  readonly rows: number;
  readonly percent: number;
  readonly estimatedSecondsLeft: number | null;
}

export interface ProgressLine {
  show(figures: ProgressFigures): void;
  clear(): void;
}

export function createProgressLine(terminal: NodeJS.WriteStream): ProgressLine {
  if (!terminal.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (figures) =>
      terminal.write(`${CLEAR_LINE}${toProgressText(figures).slice(0, (terminal.columns || USUAL_COLUMNS) - 1)}`),
    clear: () => terminal.write(CLEAR_LINE),
  };
}

const CLEAR_LINE = '\r\x1b[2K';
const BAR_LENGTH = 20;
/** Of a terminal that does not tell. */
const USUAL_COLUMNS = 80;

/** `[#####---------------]  25 %  5 of 20 companies, 1200 rows, about 40 s left` */
export function toProgressText(figures: ProgressFigures): string {
  const { companiesDone, companiesTotal, rows, percent, estimatedSecondsLeft: left } = figures;
  const filled = Math.floor((percent / 100) * BAR_LENGTH);
  const bar = '#'.repeat(filled).padEnd(BAR_LENGTH, '-');
  const time = left === null ? '' : `, about ${left < 120 ? `${left} s` : `${Math.round(left / 60)} min`} left`;
  return `[${bar}] ${String(percent).padStart(3)} %  ${companiesDone} of ${companiesTotal} companies, ${rows} rows${time}`;
}
