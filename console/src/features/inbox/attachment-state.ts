// What a reply can carry besides its words, as pure functions: which kinds a channel takes, what is wrong with a draft, the content it becomes.
import type { Channel, Content, UploadedMedia } from '@/lib/api/types';

export type Attachment =
  | { kind: 'file'; chosen: File | null; file: UploadedMedia | null }
  | { kind: 'buttons'; titles: string[] }
  | { kind: 'list'; label: string; rows: { title: string; description: string }[] }
  | { kind: 'link'; label: string; url: string }
  | { kind: 'location'; latitude: string; longitude: string; name: string; address: string }
  | { kind: 'contact'; name: string; phone: string; email: string };

export type AttachmentKind = Attachment['kind'];

/** Kinds that take the place of the words; the others stand below them. */
export const wordless = new Set<AttachmentKind>(['location', 'contact']);

/** The channels' own limits, in letters or pieces (WhatsApp's; those of RCS are wider, except for labels of 25). */
export const limits = { caption: 1024, buttons: 3, buttonTitle: 20, body: 1024, listBody: 4096, rows: 10, rowTitle: 24, rowDescription: 72, label: 20 } as const;

const kinds: Partial<Record<Channel, AttachmentKind[]>> = {
  whatsapp: ['file', 'buttons', 'list', 'link', 'location', 'contact'],
  email: ['file'],
  rcs: ['file', 'buttons', 'link', 'location'],
};

export function kindsOf(channel: Channel | undefined): AttachmentKind[] {
  return (channel && kinds[channel]) ?? [];
}

export function blank(kind: AttachmentKind): Attachment {
  switch (kind) {
    case 'file':
      return { kind, chosen: null, file: null };
    case 'buttons':
      return { kind, titles: ['', ''] };
    case 'list':
      return { kind, label: '', rows: [{ title: '', description: '' }] };
    case 'link':
      return { kind, label: '', url: 'https://' };
    case 'location':
      return { kind, latitude: '', longitude: '', name: '', address: '' };
    case 'contact':
      return { kind, name: '', phone: '', email: '' };
  }
}

export type Fault =
  | { code: 'missing' | 'twice' | 'not_a_link' | 'not_a_place' | 'not_a_phone' | 'no_words' }
  | { code: 'no_file' | 'no_caption' }
  | { code: 'too_large'; max: number }
  | { code: 'too_long'; max: number; over: 'words' | 'label' | 'row' | 'description' };

const letters = (text: string): number => [...text.trim()].length;

function labelFault(text: string, max: number, over: 'label' | 'row' | 'description'): Fault | null {
  if (text.trim() === '') return { code: 'missing' };
  return letters(text) > max ? { code: 'too_long', max, over } : null;
}

function twice(titles: string[]): Fault | null {
  const names = titles.map((title) => title.trim());
  return new Set(names).size < names.length ? { code: 'twice' } : null;
}

function wordsFault(body: string, max: number): Fault | null {
  if (body.trim() === '') return { code: 'no_words' };
  return letters(body) > max ? { code: 'too_long', max, over: 'words' } : null;
}

const degrees = (text: string, limit: number): boolean => text.trim() !== '' && Number.isFinite(Number(text)) && Math.abs(Number(text)) <= limit;

function isLink(text: string): boolean {
  try {
    const url = new URL(text.trim());
    return (url.protocol === 'https:' || url.protocol === 'http:') && url.hostname.includes('.');
  } catch {
    return false;
  }
}

const mebibyte = 1024 * 1024;
/** What both channels take of each kind, in MB: pictures, films and sounds as WhatsApp, the rest as a mail. */
const largest = { image: 5, video: 15, audio: 15, document: 15 } as const;

type FileKind = keyof typeof largest;

/** How a file is shown: a picture or film that phones do not play is a document. */
export function fileKind(mime: string): FileKind {
  if (mime === 'image/jpeg' || mime === 'image/png') return 'image';
  if (mime === 'video/mp4' || mime === 'video/3gpp') return 'video';
  return mime.startsWith('audio/') ? 'audio' : 'document';
}

/** Why a file cannot go, before it is uploaded. */
export function sizeFault(file: { type: string; size: number }): Fault | null {
  const max = largest[fileKind(file.type)];
  return file.size > max * mebibyte ? { code: 'too_large', max } : null;
}

function fileFault(file: UploadedMedia | null, body: string): Fault | null {
  if (!file) return { code: 'no_file' };
  if (fileKind(file.mime) === 'audio' && body.trim() !== '') return { code: 'no_caption' };
  return letters(body) > limits.caption ? { code: 'too_long', max: limits.caption, over: 'words' } : null;
}

/** The first thing that is wrong; null when it can be sent. */
export function faultOf(attachment: Attachment, body: string): Fault | null {
  switch (attachment.kind) {
    case 'file':
      return (attachment.chosen && sizeFault(attachment.chosen)) ?? fileFault(attachment.file, body);
    case 'buttons':
      return attachment.titles.map((title) => labelFault(title, limits.buttonTitle, 'label')).find(Boolean) ?? twice(attachment.titles) ?? wordsFault(body, limits.body);
    case 'list':
      return (
        labelFault(attachment.label, limits.label, 'label') ??
        attachment.rows.map((row) => labelFault(row.title, limits.rowTitle, 'row') ?? (letters(row.description) > limits.rowDescription ? ({ code: 'too_long', max: limits.rowDescription, over: 'description' } as const) : null)).find(Boolean) ??
        twice(attachment.rows.map((row) => row.title)) ??
        wordsFault(body, limits.listBody)
      );
    case 'link':
      return labelFault(attachment.label, limits.label, 'label') ?? (isLink(attachment.url) ? null : { code: 'not_a_link' }) ?? wordsFault(body, limits.body);
    case 'location':
      return degrees(attachment.latitude, 90) && degrees(attachment.longitude, 180) ? null : { code: 'not_a_place' };
    case 'contact':
      if (attachment.name.trim() === '') return { code: 'missing' };
      return /^\+[1-9][\d ()-]{5,20}$/.test(attachment.phone.trim()) ? null : { code: 'not_a_phone' };
  }
}

/** What is sent. Ask `faultOf` first. */
export function contentOf(attachment: Attachment, body: string): Content {
  const words = body.trim();
  switch (attachment.kind) {
    case 'file': {
      const { file } = attachment;
      const kind = fileKind(file?.mime ?? '');
      return { type: 'media', kind, source: { stored: file?.id ?? '' }, caption: words || null, filename: kind === 'document' ? (file?.filename ?? null) : null };
    }
    case 'buttons':
      return { type: 'buttons', body: words, buttons: attachment.titles.map((title, index) => ({ id: `answer_${index + 1}`, title: title.trim() })) };
    case 'list':
      return {
        type: 'list',
        body: words,
        button: attachment.label.trim(),
        sections: [{ rows: attachment.rows.map((row, index) => ({ id: `row_${index + 1}`, title: row.title.trim(), ...(row.description.trim() ? { description: row.description.trim() } : {}) })) }],
      };
    case 'link':
      return { type: 'link', body: words, label: attachment.label.trim(), url: attachment.url.trim() };
    case 'location':
      return { type: 'location', latitude: Number(attachment.latitude), longitude: Number(attachment.longitude), name: attachment.name.trim() || null, address: attachment.address.trim() || null };
    case 'contact':
      return { type: 'contacts', people: [{ name: attachment.name.trim(), phones: [attachment.phone.replace(/[^+\d]/g, '')], emails: attachment.email.trim() ? [attachment.email.trim()] : [] }] };
  }
}
