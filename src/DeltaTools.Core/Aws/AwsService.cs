namespace DeltaTools.Core.Aws;

/// <summary>A service that speaks JSON 1.1.</summary>
/// <param name="Name">In addresses and signatures: <c>glue</c>.</param>
/// <param name="Title">For people: <c>Glue</c>.</param>
/// <param name="TargetPrefix">Before the operation in <c>X-Amz-Target</c>: <c>AWSGlue</c>.</param>
internal sealed record AwsService(string Name, string Title, string TargetPrefix)
{
    public static readonly AwsService Glue = new("glue", "Glue", "AWSGlue");

    public static readonly AwsService Athena = new("athena", "Athena", "AmazonAthena");
}
