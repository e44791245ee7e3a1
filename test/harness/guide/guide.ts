import { readFileSync } from 'node:fs';

/** Commands of a guide that stand together in one fenced block. */
export interface Block {
  /** Where they stand in the file, from 1. */
  readonly line: number;
  readonly code: string;
  /** Exit code of the last command. */
  readonly exit: number;
  /** What the guide shows below them. */
  readonly shown?: string;
}

/** Blocks that one shell runs, in order. */
export interface Section {
  readonly name: string;
  /** Which clusters it is about: everything behind `on`. */
  readonly clusters: string;
  readonly blocks: readonly Block[];
}

export interface Guide {
  readonly sections: readonly Section[];
  /** Lines of blocks that no section runs. */
  readonly untested: readonly number[];
}

interface Fence {
  readonly line: number;
  readonly info: string;
  readonly text: string;
  /** Nothing but empty lines between it and the fence before. */
  readonly follows: boolean;
}

interface Comment {
  readonly line: number;
  readonly word: string;
  readonly text: string;
}

const COMMENT = /^\s*<!-- (test|run|end): ?(.*?) ?-->$/;
const SECTION = /^(.+?) on (.+)$/;

/**
 * Reads the commands out of a guide in Markdown:
 *
 * - `<!-- test: NAME on CLUSTERS -->` begins a section, which ends where the next one begins or at `<!-- end: -->`;
 * - a block fenced as `sh` is run; `sh exit=2` says how its last command has to end;
 * - a block fenced as `text` right below it is what it prints (standard error included);
 * - `<!-- run: COMMANDS -->` is run, too, and not shown: the accident that a section is about.
 */
export function readGuide(path: string): Guide {
  const reader = new GuideReader();
  for (const part of partsOf(readFileSync(path, 'utf8'))) {
    if ('word' in part) reader.comment(part);
    else reader.fence(part);
  }
  return reader;
}

class GuideReader implements Guide {
  readonly sections: (Section & { readonly blocks: Block[] })[] = [];
  readonly untested: number[] = [];
  /** Of the section that is open. */
  private blocks: Block[] | undefined;

  comment({ word, line, text }: Comment): void {
    if (word === 'run') return void this.blocks?.push({ line, code: text, exit: 0 });
    this.blocks = word === 'test' ? [] : undefined;
    if (this.blocks) this.sections.push({ ...sectionOf(text), blocks: this.blocks });
  }

  fence({ info, line, text, follows }: Fence): void {
    const [language, option = 'exit=0'] = info.split(' ');
    if (language === 'text' && follows) this.showBelowLast(text);
    if (language !== 'sh') return;
    if (this.blocks) this.blocks.push({ line, code: text, exit: Number(option.replace('exit=', '')) });
    else this.untested.push(line);
  }

  private showBelowLast(shown: string): void {
    const last = this.blocks?.pop();
    if (last) this.blocks?.push({ ...last, shown });
  }
}

function sectionOf(text: string): Omit<Section, 'blocks'> {
  const [, name, clusters] = SECTION.exec(text) ?? [];
  if (name === undefined || clusters === undefined) throw new Error(`expected "NAME on CLUSTERS", not "${text}"`);
  return { name, clusters };
}

function* partsOf(markdown: string): Generator<Fence | Comment> {
  const lines = markdown.split('\n');
  let follows = false;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] as string;
    const [, word, text = ''] = COMMENT.exec(line) ?? [];
    if (word !== undefined) yield { line: at + 1, word, text };
    const [, indent, info] = /^(\s*)```(\S.*)$/.exec(line) ?? [];
    if (indent === undefined || info === undefined) {
      follows &&= line.trim() === '';
      continue;
    }
    const end = lines.indexOf(`${indent}\`\`\``, at + 1);
    if (end < 0) throw new Error(`the block in line ${at + 1} has no end`);
    yield {
      line: at + 1,
      info,
      text: lines
        .slice(at + 1, end)
        .map((inner) => inner.slice(indent.length))
        .join('\n'),
      follows,
    };
    follows = true;
    at = end;
  }
}
