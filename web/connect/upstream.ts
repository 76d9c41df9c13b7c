/** The corner that says whose figures are shown: invented ones or real customers'. */

const NOTICES: Readonly<Record<string, { readonly text: string; readonly hint: string }>> = {
  simulator: { text: 'Simulator', hint: 'Every company and person here is invented. Nothing reaches Keepnet.' },
  keepnet: { text: 'Keepnet', hint: 'Live: these are real customers.' },
};

export function showUpstream(place: HTMLElement, headers: Headers): void {
  const upstream = headers.get('x-keepnet-graph-upstream') ?? '';
  const notice = NOTICES[upstream];
  place.hidden = notice === undefined;
  place.textContent = notice?.text ?? '';
  place.title = notice?.hint ?? '';
  place.dataset.upstream = upstream;
}
