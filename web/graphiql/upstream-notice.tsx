/** The corner that names the product and says whose figures are on the screen: invented ones or real customers'. */
export type Upstream = 'simulator' | 'keepnet';

const NOTICES: Record<Upstream, { text: string; hint: string }> = {
  simulator: { text: 'Simulator', hint: 'Every company and person here is invented. Nothing reaches Keepnet.' },
  keepnet: { text: 'Keepnet', hint: 'Live: these are real customers, and every run costs calls to Keepnet.' },
};

/** `upstream` is null until the first answer has said it. */
export function UpstreamNotice({ upstream }: { upstream: Upstream | null }) {
  return (
    <span className="brand">
      keepnet-graph
      {upstream === null ? null : (
        <span className={`upstream upstream-${upstream}`} title={NOTICES[upstream].hint}>
          {NOTICES[upstream].text}
        </span>
      )}
      <a href="/connect/">BI tools</a>
    </span>
  );
}
