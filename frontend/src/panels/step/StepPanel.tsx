export default function StepPanel({ id }: { id: string }) {
  return <div>{id}</div>;
}
