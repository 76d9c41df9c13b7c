/**
 * What can happen to one person in one campaign: a story is a list of steps, each with Keepnet's action text and points
 * for easy, medium and hard scenarios. A list of independent entries; `activity.ts` chooses and times them.
 */

export const DIFFICULTIES = ['Easy', 'Medium', 'Hard'] as const;

export interface Step {
  readonly action: string;
  readonly points: readonly [number, number, number];
  /** Since the step before. */
  readonly afterMinutes: number;
  readonly result?: string;
  readonly rule?: string;
}

export interface Story {
  /** Out of the sum of the product's weights. */
  readonly weight: number;
  readonly steps: readonly Step[];
}

export interface Product {
  /** As in `user-performance`; the timeline has it in capitals with the sub type. */
  readonly title: string;
  readonly phishingTypeId: number;
  readonly subTypes: readonly string[];
  /** Licence types (index) from which on it is licensed. */
  readonly fromLicenseType: number;
  readonly isTraining: boolean;
  readonly stories: readonly Story[];
}

const NONE = [0, 0, 0] as const;
const RISKY = [-200, -100, -50] as const;
const GRAVE = [-400, -200, -100] as const;
const REPORTED = [100, 200, 400] as const;

const sent: Step = { action: 'Email Sent', points: NONE, afterMinutes: 0 };
const opened: Step = { action: 'Email Opened', points: NONE, afterMinutes: 35 };
const openedAgain: Step = { action: 'Opened Email', points: NONE, afterMinutes: 50 };
const clicked: Step = { action: 'Clicked Link', points: RISKY, afterMinutes: 3 };
const reported: Step = { action: 'Reported Email', points: REPORTED, afterMinutes: 9 };

const PHISHING: readonly Story[] = [
  { weight: 34, steps: [sent] },
  { weight: 14, steps: [sent, opened] },
  { weight: 12, steps: [sent, opened, clicked] },
  { weight: 6, steps: [sent, opened, clicked, { action: 'Submitted Data', points: GRAVE, afterMinutes: 2 }] },
  { weight: 2, steps: [sent, clicked, { action: 'Submitted MFA Code', points: GRAVE, afterMinutes: 4 }] },
  { weight: 3, steps: [sent, openedAgain, { action: 'Opened Attachment', points: RISKY, afterMinutes: 5 }] },
  { weight: 4, steps: [sent, opened, clicked, reported] },
  { weight: 25, steps: [sent, openedAgain, reported] },
];

const TRAINING: readonly Story[] = [
  { weight: 18, steps: [{ action: 'Training Not Completed', points: [-50, -50, -50], afterMinutes: 2_000 }] },
  {
    weight: 40,
    steps: [
      { action: 'Clicked Training Link', points: [10, 10, 10], afterMinutes: 90, rule: 'Joined 1–3 Days' },
      { action: 'Training Completed', points: [100, 100, 100], afterMinutes: 40, rule: 'Joined 1–3 Days' },
      { action: 'Exam Passed', points: [200, 200, 200], afterMinutes: 12 },
    ],
  },
  {
    weight: 12,
    steps: [
      { action: 'Clicked Training', points: [10, 10, 10], afterMinutes: 4_500, rule: 'Joined After 3 Days' },
      { action: 'Training Completed', points: [100, 100, 100], afterMinutes: 60, rule: 'Joined After 3 Days' },
      { action: 'Exam Failed', points: [-100, -100, -100], afterMinutes: 15 },
    ],
  },
  { weight: 6, steps: [{ action: 'Downloaded Poster', points: [10, 10, 10], afterMinutes: 300 }] },
  { weight: 4, steps: [{ action: 'Downloaded Infographic', points: [10, 10, 10], afterMinutes: 320 }] },
];

const CALLBACK: readonly Story[] = [
  { weight: 60, steps: [sent] },
  { weight: 20, steps: [sent, { action: 'Called Back', points: RISKY, afterMinutes: 60 }] },
  {
    weight: 8,
    steps: [
      sent,
      { action: 'Called Back', points: RISKY, afterMinutes: 45 },
      { action: 'Entered Digits', points: GRAVE, afterMinutes: 1 },
    ],
  },
  { weight: 22, steps: [sent, { action: 'Reported', points: REPORTED, afterMinutes: 20 }] },
];

const VISHING: readonly Story[] = [
  { weight: 50, steps: [{ action: 'Call Sent', points: NONE, afterMinutes: 0 }] },
  {
    weight: 35,
    steps: [
      { action: 'Call Sent', points: NONE, afterMinutes: 0 },
      { action: 'Answered', points: NONE, afterMinutes: 1 },
    ],
  },
  {
    weight: 15,
    steps: [
      { action: 'Call Sent', points: NONE, afterMinutes: 0 },
      { action: 'Answered', points: NONE, afterMinutes: 1 },
      { action: 'Vished (Dialed Number)', points: GRAVE, afterMinutes: 2 },
    ],
  },
];

const SMISHING: readonly Story[] = [
  { weight: 70, steps: [{ action: 'SMS Sent', points: NONE, afterMinutes: 0 }] },
  {
    weight: 30,
    steps: [
      { action: 'SMS Sent', points: NONE, afterMinutes: 0 },
      { action: 'Clicked Link', points: RISKY, afterMinutes: 15 },
    ],
  },
];

const QUISHING: readonly Story[] = [
  { weight: 60, steps: [sent] },
  { weight: 25, steps: [sent, { action: 'Scanned QR Link', points: RISKY, afterMinutes: 240 }] },
  { weight: 25, steps: [sent, reported] },
];

const RESPONDER: readonly Story[] = [
  { weight: 85, steps: [] },
  { weight: 10, steps: [{ action: 'Reported', points: [500, 500, 500], afterMinutes: 0, result: 'Malicious' }] },
  { weight: 5, steps: [{ action: 'Reported', points: [500, 500, 500], afterMinutes: 0, result: 'Phishing' }] },
];

const phishingTypes = ['CLICK ONLY', 'DATA SUBMISSION', 'ATTACHMENT'];

export const PRODUCTS: readonly Product[] = [
  product('Phishing Simulator', 1, phishingTypes, 0, PHISHING),
  { ...product('Security Awareness', 2, ['TRAINING', 'EXAM'], 0, TRAINING), isTraining: true },
  product('Callback Simulator', 3, [], 2, CALLBACK),
  product('Vishing Simulator', 4, [], 1, VISHING),
  product('Smishing Simulator', 5, [], 1, SMISHING),
  product('Quishing Simulator', 6, ['DATA SUBMISSION'], 1, QUISHING),
  product('Incident Responder', 7, [], 2, RESPONDER),
];

/** Which action texts count as a failure. */
export const FAILED_ACTIONS: ReadonlySet<string> = new Set([
  'Clicked Link',
  'Submitted Data',
  'Submitted MFA Code',
  'Opened Attachment',
  'Called Back',
  'Entered Digits',
  'Scanned QR Link',
  'Vished (Dialed Number)',
  'Training Not Completed',
  'Exam Failed',
]);

export const ACTIONS: readonly string[] = [
  ...new Set(PRODUCTS.flatMap((each) => each.stories.flatMap((story) => story.steps.map((step) => step.action)))),
];

export const TRAINING_CATEGORIES: readonly string[] = ['Phishing', 'Passwords', 'Kişisel Verilerin Korunması'];

function product(
  title: string,
  phishingTypeId: number,
  subTypes: readonly string[],
  fromLicenseType: number,
  stories: readonly Story[],
): Product {
  return { title, phishingTypeId, subTypes, fromLicenseType, isTraining: false, stories };
}
