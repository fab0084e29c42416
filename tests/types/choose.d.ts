// What the scripts of the guide and of the calculator hand to each other: the data that the build writes
// (scripts/pages/guide.py, calculator.py), results, and the globals by which classic scripts find each other.

type Answers = Record<string, string>;
type Condition = Record<string, string[]>;
/** A key, its value, and the pair as it stood in the address. */
type Pair = string[];

interface Answer {
  id: string;
  label: string;
  said: string;
  adds?: Record<string, number>;
  assume?: Condition[];
}
interface Question {
  id: string;
  group: string;
  ask: string;
  help?: string;
  short?: boolean;
  follow?: Condition[];
  answers: Answer[];
}
interface Rule {
  id: string;
  title: string;
  when: Condition[];
  keeps?: string[];
  excludes?: string[];
  kind?: string;
  reason?: string;
  sources?: string[];
}
interface Criterion {
  id: string;
  title: string;
  base: number;
  better: string;
}
interface Option_ {
  id: string;
  name: string;
  short: string;
  side: string;
  fit: number[];
  families: string[];
}
interface Counter {
  options: string[];
  when?: Condition[];
  text: string;
  sources?: string[];
}
interface Advice extends Counter {
  subject: string;
  verdict: string;
}
interface Check {
  text: string;
  families: string[];
  sources: string[];
}
interface Tier {
  level: number;
  title: string;
  trust: string[];
  checks: Check[];
}
/** What an answer needs. */
interface Data {
  version: string;
  groups: { id: string; title: string }[];
  questions: Question[];
  rules: Rule[];
  criteria: Criterion[];
  close_call: number;
  poor_fit: number;
  options: Option_[];
  subjects?: { id: string; title: string }[];
  counters?: Counter[];
  advice?: Advice[];
  tiers?: Tier[];
  sources?: Record<string, [string, string]>;
}
/** What explains an answer: it comes by itself, and is joined in. */
interface Reasons {
  subjects: { id: string; title: string }[];
  counters: Counter[];
  advice: Advice[];
  tiers: Tier[];
  sources: Record<string, [string, string]>;
}
interface Why extends Reasons {
  reasons: Record<string, [string, string[]]>;
}
/**
 * As it is sent: without what the page's list of rules says anyway, the reasons and the titles of their sources. A source
 * is its address, and behind a space its title, if that list does not have it.
 */
interface Late extends Omit<Reasons, "sources"> {
  sources: Record<string, string>;
}
type Whole = Data & Reasons;

interface Fired {
  rule: string;
  removes: string[];
  because: string[];
  standing: boolean;
}
interface Weight {
  criterion: string;
  weight: number;
  base: number;
  because: { question: string; answer: string; by: number }[];
}
interface Ranked {
  option: string;
  score: number;
  parts: number[];
}
interface Way {
  change: Answers;
  recommendation: string | null;
}
interface Variant {
  question: string;
  answer: string;
  recommendation: string | null;
}
interface Conflict {
  between: string[];
  relax: Way[];
}
interface Result {
  answers: Answers;
  assumed: string[];
  unknown: string[];
  fired: Fired[];
  excluded: Record<string, string[]>;
  weights: Weight[];
  ranking: Ranked[];
  conflict: Conflict | null;
  recommendation: string | null;
  runnerUp: string | null;
  status: "conflict" | "only" | "tie" | "close" | "clear";
  comparison: { ahead: string[]; behind: string[] } | null;
  tipping: Variant[];
  tier: { level: number; title: string; checks: Check[] } | null;
  advice: Advice[];
  counter: Counter | null;
}
interface Decide {
  (data: Data, given: Answers): Result;
  join(data: Data, why: Partial<Why> & Pick<Why, "reasons">): Data;
  read(data: Data, pairs: Pair[]): { answers: Answers; problems: string[] };
  write(data: Data, given: Answers): [string, string][];
  asked(question: Question, answers: Answers): boolean;
  /** Only the recommendation, for trying variants. */
  winner(data: Data, given: Answers): string | null;
  UNKNOWN: string;
}

interface Address {
  read(): Pair[];
  write(pairs: string[][], how?: { step?: boolean }): void;
  link(pairs: string[][]): string;
  listen(changed: () => void): void;
  text(pairs: string[][]): string;
}
interface Elements {
  el<K extends keyof HTMLElementTagNameMap>(
    tag: K,
    attributes?: Record<string, any>,
    ...children: any[]
  ): HTMLElementTagNameMap[K];
  svg<K extends keyof SVGElementTagNameMap>(
    tag: K,
    attributes: Record<string, string | number>,
    ...children: (string | Node)[]
  ): SVGElementTagNameMap[K];
  bar(width: number, side?: string): SVGSVGElement;
}

interface Words {
  options: Map<string, Option_>;
  questions: Map<string, Question>;
  rules: Map<string, Rule>;
  criteria: Map<string, Criterion>;
  fullName(id: string): string;
  nameOf(id: string): string;
  labelOf(question: string, id: string): string;
  saidOf(question: string, id: string): string;
  lowerFirst(text: string): string;
  list(words: string[], last?: string): string;
  percent(score: number): number;
  pointsOf(row: Ranked, verb?: string): string;
  sourceOf(id: string): [string, string];
  isStanding(rule: string): boolean;
  isUnusual(result: Result): (key: string) => boolean;
  telling(result: Result): Fired[];
  needReason(result: Result): string[];
  title(result: Result): string;
  headline(result: Result): string;
  changes(before: Result | null, now: Result): string;
  comparison(result: Result): string;
  weightWords(result: Result): string[];
  byOutcome<W extends { recommendation: string | null }>(variants: W[]): [string | null, W[]][];
  mattering(result: Result, ids: string[]): [string[], string[]];
}
interface Notes {
  links(ids?: string[]): HTMLElement[];
  list(): HTMLElement;
  clear(): void;
}
/** What is taken along: its fields and buttons, and the line that only paper shows. */
interface Along {
  box: HTMLElement;
  heading: HTMLElement;
  show(now: Result, given: Answers, title: string): void;
}
interface SideState {
  out: string[];
  first: boolean;
  row: Ranked | null;
}
interface OptionRow {
  option: string;
  sides: SideState[];
  changed: boolean;
}
interface Contrast {
  results: Result[];
  answers: { question: string; sides: string[] }[];
  alone: Variant[];
  options: OptionRow[];
  weights: { criterion: string; sides: number[] }[];
}
interface Guide {
  words(data: Data): Words;
  notes(words: Words): Notes;
  ask(
    data: Data,
    changed: (question: string, id: string) => void,
  ): { form: HTMLFormElement; reset: HTMLButtonElement; jump: HTMLButtonElement; show(now: Result): void };
  standing(data: Data, words: Words): { box: HTMLElement; show(now: Result): void };
  why(late: Late): Why;
  result(
    data: Whole,
    words: Words,
    link: (given: Answers) => string,
    box: HTMLElement,
  ): { show(now: Result, given: Answers, along: Along): void };
  record(data: Whole, words: Words, permalink: (given: Answers) => string, renamed: (name: string) => void): Along;
  contrast(data: Data, left: Answers, right: Answers): Contrast;
}

/* --- The calculator --- */
type Values = Record<string, number>;
interface Limits {
  least: number;
  most: number;
  whole?: boolean;
}
interface Input extends Limits {
  id: string;
  label: string;
  unit: string;
  value: number;
  claims?: string[];
  note?: string;
  plan?: boolean;
}
interface Overhead {
  id: string;
  name: string;
  side: string;
  overhead: number;
  claims: string[];
  guest: "none" | "micro" | "full";
  counts: string;
  fixed: boolean;
  wall: boolean;
  pod: boolean;
  shares: boolean;
}
interface Calculator {
  /** Of each figure, the note of the page that it is in. */
  notes: Record<string, string>;
  inputs: Input[];
  technologies: Overhead[];
}
interface Parts {
  inside: number;
  system: number;
  spare: number;
  overhead: number;
  all: number;
}
interface Fitted {
  id: string;
  parts: Parts;
  memory: number;
  copies: number;
  limit: string;
  hosts: number | null;
  cost: number | null;
  each: number | null;
}
interface Density {
  (data: Calculator, values: Values): Fitted[];
  parse(field: Limits, text: string): number | null;
}

declare var decide: Decide;
declare var address: Address;
declare var elements: Elements;
declare var guide: Guide;
declare var density: Density;
declare var siteLoad: (name: string) => Promise<void>;
declare var guideData: Data;
declare var guideWhy: Late;
declare var guideReasons: Pick<Why, "reasons" | "sources">;
