// What several nouns say.
import { plural } from '../index.ts';

export const common = {
  save: '変更を保存',
  saved: '保存しました',
  discard: '破棄',
  unsaved: '保存していない変更があります',
  cancel: 'キャンセル',
  close: '閉じる',
  create: '作成',
  add: '追加',
  edit: '編集',
  remove: '外す',
  delete: '削除',
  search: '検索',
  clear: '検索をクリア',
  retry: '再試行',
  undo: '元に戻す',
  copy: 'コピー',
  copied: 'コピーしました',
  show: '表示',
  hide: '隠す',
  more: 'その他',
  moreOf: (name: string) => `${name} のその他の操作`,
  none: '–',
  on: 'オン',
  off: 'オフ',
  name: '名前',
  description: '説明',
  optional: '任意',
  id: 'ID',
  created: '作成日時',
  customData: 'カスタムデータ',
  customDataHelp: '任意の JSON オブジェクトです。アプリケーションは Management API で読み取ります。',
  loading: '読み込み中',
  requestId: 'リクエスト',
  choose: '選択',
  roles: 'ロール',
  required: '必須項目です。',

  apiCall: {
    button: 'API 呼び出しを表示',
    title: 'API で同じことを行う',
    help: 'ボタンが送信する内容です。トークン、または Management API を使える M2M アプリケーションのシークレットを入れてください。',
    nothing: '何も変更されていないため、何も送信されません。',
    curl: 'curl',
    sdk: '@logto/api',
  },

  error: {
    title: 'うまくいきませんでした',
    away: 'サーバーに接続できません。接続を確認して、もう一度お試しください。',
    timeout: 'サーバーが 20 秒以内に応答しませんでした。',
    notFound: 'ここには何もありません',
    notFoundText: '削除されたか、アドレスが間違っている可能性があります。',
    broken: 'このページでエラーが発生しました',
    brokenText: '保存した内容は失われていません。繰り返し発生する場合は、行った操作と下のメッセージをお知らせください。',
    fields: '確認が必要な項目があります。',
    json: (line: number, why: string) => `${line} 行目: ${why}`,
    jsonObject: 'JSON オブジェクトで入力してください: { … }',
    url: 'ウェブアドレスではありません。https:// または http:// で始まります。',
  },

  leave: {
    title: '保存せずに移動しますか？',
    text: 'このページで変更した内容は失われます。',
    stay: 'とどまる',
    leave: '移動する',
  },

  confirm: {
    typeName: (name: string) => `確認のため「${name}」と入力してください`,
  },

  table: {
    noMatch: (word: string) => `「${word}」に一致するものはありません。`,
    total: (n: number) => plural(n, '全 # 件'),
    range: (from: number, to: number, total: number) => `${total} 件中 ${from}–${to} 件`,
    rangeOfMore: (from: number, to: number, counted: number) => `${counted - 1} 件以上のうち ${from}–${to} 件`,
    selected: (n: number) => plural(n, '# 件を選択中'),
    select: (name: string) => `${name} を選択`,
    selectAll: 'このページのすべてを選択',
    unselect: '選択を解除',
    first: '最初のページ',
    previous: '前のページ',
    next: '次のページ',
    last: '最後のページ',
    nothing: 'まだ何もありません。',
  },

  transfer: {
    chosen: (n: number) => plural(n, '# 件を選択'),
    nobody: 'まだ何も選択されていません。左側から選択してください。',
    choose: '少なくとも 1 つ選択してください。',
    take: (name: string) => `${name} を選択`,
    drop: (name: string) => `${name} を選択から外す`,
  },

  list: {
    add: 'さらに追加',
    removeOne: (value: string) => `${value} を外す`,
    duplicate: 'すでに入力されています。',
    addOne: (value: string) => `${value} を追加`,
    up: (value: string) => `${value} を上へ`,
    down: (value: string) => `${value} を下へ`,
  },

  preview: {
    title: 'プレビュー',
    device: 'デバイス',
    mobile: 'スマートフォン',
    desktop: 'パソコン',
  },

  color: { saturation: '彩度と明るさ', hue: '色相' },

  chart: { table: '表で表示' },

  image: {
    drop: 'ここに画像をドロップするか、',
    choose: 'ファイルを選択',
    address: '画像のアドレス',
    formats: 'SVG、PNG、JPG、WebP、ICO。500 kB まで。',
    tooLarge: '画像が 500 kB を超えています。',
    wrongType: 'この種類の画像は使用できません。',
    uploading: 'アップロード中',
  },
};
