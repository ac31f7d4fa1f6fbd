// oxlint-disable-next-line import/no-unassigned-import -- loading it starts telemetry
import '@trademeter/sdk/register';
