/** Samples as the few numbers that are worth reading. Pure. */

export interface Summary {
  readonly median: number;
  readonly p95: number;
  /** From the first to the third quartile: half of the samples lie so close together. */
  readonly iqr: number;
  readonly count: number;
}

/** @throws RangeError without samples. */
export function summarize(samples: readonly number[]): Summary {
  if (samples.length === 0) throw new RangeError('there is no sample');
  const sorted = [...samples].sort((one, other) => one - other);
  return {
    median: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    iqr: quantile(sorted, 0.75) - quantile(sorted, 0.25),
    count: sorted.length,
  };
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The slope of the straight line through the points (least squares), in y per x; 0 for fewer than two. */
export function toSlope(points: readonly Point[]): number {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const spread = points.reduce((sum, { x }) => sum + (x - meanX) ** 2, 0);
  return spread > 0 ? points.reduce((sum, { x, y }) => sum + (x - meanX) * (y - meanY), 0) / spread : 0;
}

/** Between the two samples that lie around it. */
function quantile(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? 0;
  return below + (above - below) * (place - Math.floor(place));
}
